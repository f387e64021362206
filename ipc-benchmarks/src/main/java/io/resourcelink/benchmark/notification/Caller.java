package io.resourcelink.benchmark.notification;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.resourcelink.benchmark.JavaProcess;
import io.resourcelink.benchmark.Measurement;
import io.resourcelink.benchmark.Results;
import io.resourcelink.benchmark.ScratchDirectory;

/** The process that measures how long it takes until a number that it sends is back, through each medium in turns. */
public final class Caller {

    private static final String PART = "notification";
    private static final String SUBJECT = "round trip";

    private final Writer orders;
    private final BufferedReader ends;
    private final Path parent;
    private final int count;

    private Caller(Process echo, Path parent, int count) {
        this.orders = echo.outputWriter(StandardCharsets.UTF_8);
        this.ends = echo.inputReader(StandardCharsets.UTF_8);
        this.parent = parent;
        this.count = count;
    }

    /** In microseconds. */
    private record Times(double median, double slow) {}

    /**
     * Measures.
     *
     * @param arguments whether a few rounds will do; where to write the results; a directory in shared memory
     * @throws Exception if something fails
     */
    public static void main(String[] arguments) throws Exception {
        boolean quick = Boolean.parseBoolean(arguments[0]);
        Process echo = JavaProcess.likeThisOne(Echo.class.getName()).redirectError(Redirect.INHERIT).start();
        Caller caller = new Caller(echo, Path.of(arguments[2]), quick ? 2000 : 10_000);
        try {
            Results.write(caller.measure(quick ? 1 : 7), Path.of(arguments[1]));
        } finally {
            caller.orders.close();
            JavaProcess.awaitEnd(echo);
        }
    }

    private List<Measurement> measure(int rounds) throws IOException, InterruptedException {
        Map<Medium, List<Times>> all = new LinkedHashMap<>();
        for (int round = -1; round < rounds; round++) {
            for (Medium medium : Medium.values()) {
                Times times = roundTrips(medium);
                if (round >= 0) {
                    all.computeIfAbsent(medium, _ -> new ArrayList<>()).add(times);
                }
            }
        }
        List<Measurement> measurements = new ArrayList<>();
        all.forEach((medium, times) -> {
            measurements.add(Measurement.of(PART, SUBJECT, medium.label(), "us",
                    times.stream().map(Times::median).toList()));
            measurements.add(Measurement.of(PART, SUBJECT, medium.label(), "us, 99 %",
                    times.stream().map(Times::slow).toList()));
        });
        return measurements;
    }

    private Times roundTrips(Medium medium) throws IOException, InterruptedException {
        try (ScratchDirectory directory = new ScratchDirectory(parent);
                Signal signal = medium.call(directory.path())) {
            orders.write(Echo.order(medium, 2 * count, directory.path()));
            orders.flush();
            signal.connect();
            long[] nanos = new long[count];
            for (int number = -count; number < count; number++) {
                long begin = System.nanoTime();
                // Never zero, which is what a fresh segment is full of.
                signal.send(number + count + 1L);
                if (signal.receive() != number + count + 1L) {
                    throw new IllegalStateException("Another number came back.");
                }
                if (number >= 0) {
                    nanos[number] = System.nanoTime() - begin;
                }
            }
            if (!"done".equals(ends.readLine())) {
                throw new IllegalStateException("The other process has failed.");
            }
            Arrays.sort(nanos);
            return new Times(nanos[count / 2] / 1e3, nanos[count * 99 / 100] / 1e3);
        }
    }
}
