package io.resourcelink.benchmark.handoff;

import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.resourcelink.benchmark.JavaProcess;
import io.resourcelink.benchmark.Line;

/** The consumers of a producer: as many JVMs, with the same options as this one, each with a line and its orders. */
final class Crew implements AutoCloseable {

    private final List<Process> processes = new ArrayList<>();
    private final List<Writer> orders = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();

    /** Starts them and waits until they are there. */
    Crew(Path directory, int size) throws IOException {
        Path path = directory.resolve("line");
        try (ServerSocketChannel listening = Line.listen(path)) {
            for (int number = 0; number < size; number++) {
                Process process = JavaProcess.likeThisOne(Consumer.class.getName(), path.toString())
                        .redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT).start();
                processes.add(process);
                orders.add(process.outputWriter(StandardCharsets.UTF_8));
                lines.add(Line.accept(listening));
            }
        } finally {
            Files.delete(path);
            if (lines.size() < size) {
                close();
            }
        }
    }

    List<Line> lines() {
        return lines;
    }

    /** Tells all of them what comes next. Answers what their halves say about themselves. */
    List<Long> open(String order) throws IOException {
        for (Writer each : orders) {
            each.write(order);
            each.flush();
        }
        return receive();
    }

    /** Waits for something from each of them. */
    List<Long> receive() throws IOException {
        List<Long> received = new ArrayList<>();
        for (Line line : lines) {
            received.add(line.receive());
        }
        return received;
    }

    @Override
    public void close() throws IOException {
        for (Writer each : orders) {
            each.close();
        }
        for (Line line : lines) {
            line.close();
        }
        processes.forEach(JavaProcess::awaitEnd);
    }
}
