package io.resourcelink.benchmark.handoff;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.resourcelink.benchmark.Line;

/** A file in shared memory, written and read as any file is. */
record FileWay(String name, String label) implements Way {

    @Override
    public Sender sender(Session session) {
        Path file = session.directory().resolve("payload");
        return new Sender() {
            @Override
            public void send(byte[] source, long sequence, List<Line> lines) throws IOException {
                Files.write(file, source);
                for (Line line : lines) {
                    line.send(sequence, 0);
                }
            }

            @Override
            public void release() throws IOException {
                Files.delete(file);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Receiver receiver(Session session, Line line) {
        Path file = session.directory().resolve("payload");
        return new Receiver() {
            @Override
            public void await() throws IOException {
                line.receive();
            }

            @Override
            public long read() throws IOException {
                return Checksum.of(Files.readAllBytes(file), session.read());
            }

            @Override
            public void close() {}
        };
    }
}
