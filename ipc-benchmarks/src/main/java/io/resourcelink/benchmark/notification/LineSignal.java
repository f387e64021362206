package io.resourcelink.benchmark.notification;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.resourcelink.benchmark.Line;

/** Numbers on a plain Unix-domain socket. */
final class LineSignal implements Signal {

    private final @Nullable ServerSocketChannel listening;
    private final long spinNanos;
    private @Nullable Line line;

    private LineSignal(@Nullable ServerSocketChannel listening, @Nullable Line line, long spinNanos) {
        this.listening = listening;
        this.line = line;
        this.spinNanos = spinNanos;
    }

    static LineSignal call(Path directory, long spinNanos) throws IOException {
        return new LineSignal(Line.listen(directory.resolve("signal")), null, spinNanos);
    }

    static LineSignal answer(Path directory, long spinNanos) throws IOException {
        return new LineSignal(null, Line.connect(directory.resolve("signal")), spinNanos);
    }

    @Override
    public void connect() throws IOException {
        if (listening != null) {
            line = Line.accept(listening);
        }
    }

    private Line line() {
        if (line == null) {
            throw new IllegalStateException("Not connected.");
        }
        return line;
    }

    @Override
    public void send(long number) throws IOException {
        line().send(number, 0);
    }

    @Override
    public long receive() throws IOException {
        return line().receive(spinNanos);
    }

    @Override
    public void close() throws IOException {
        if (line != null) {
            line.close();
        }
        if (listening != null) {
            listening.close();
        }
    }
}
