package io.resourcelink.benchmark.messaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.resourcelink.benchmark.Figures;
import io.resourcelink.benchmark.JavaProcess;
import io.resourcelink.benchmark.Line;
import io.resourcelink.benchmark.Mode;
import io.resourcelink.benchmark.Results;
import io.resourcelink.benchmark.Rounds;
import io.resourcelink.benchmark.ScratchDirectory;
import io.resourcelink.benchmark.SystemCalls;

/**
 * The process that asks, and measures how long it takes until the reply is here. Goes in rounds; in each round every way has
 * its turn in every workload. All ways are open all the time. A way that is not asked sleeps.
 */
public final class Requester {

    /** The name of this part of the suite. */
    public static final String PART = "messaging";

    /** A small record, asked from one thread. */
    public static final String RECORD = Workload.RECORD.label();

    /** A small record, asked from several threads. */
    public static final String RECORDS = Workload.RECORDS.label();

    /** A large payload. */
    public static final String PAYLOAD = Workload.PAYLOAD.label();

    /** The unit of requests a second. */
    public static final String RATE = "requests/s";

    /** The unit of system calls of a request, in both processes together. */
    public static final String SYSTEM_CALLS = "system calls";

    /** The unit of times in those of {@code RestClient}. */
    public static final String RESTS_TIME = "RestClient's time";

    /** The unit of rates in those of {@code RestClient}. */
    public static final String RESTS_RATE = "RestClient's rate";

    /** The unit of times in those of the channel alone. */
    public static final String CHANNELS_TIME = "channel's time";

    /** The unit of microseconds beyond those of the channel alone. */
    public static final String ABOVE_CHANNEL = "us above the channel";

    private final Plan plan;
    private final List<Asking> ways;
    private final ExecutorService threads;
    private final Rounds rounds;

    private Requester(Plan plan, List<Asking> ways, ExecutorService threads) {
        this.plan = plan;
        this.rounds = new Rounds(PART, plan.discarding());
        this.ways = ways;
        this.threads = threads;
    }

    /**
     * Measures.
     *
     * @param arguments {@code full}, {@code quick} or {@code smoke}; where to write the results; a directory in shared
     * memory
     * @throws Exception if something fails
     */
    public static void main(String[] arguments) throws Exception {
        try (ScratchDirectory directory = new ScratchDirectory(Path.of(arguments[2]))) {
            Path path = directory.path().resolve("line");
            Process responder;
            try (ServerSocketChannel listening = Line.listen(path)) {
                responder = JavaProcess
                        .likeThisOne(Responder.class.getName(), arguments[0], path.toString(),
                                directory.path().toString())
                        .redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT).start();
                // If the process ends before it connects, no connection can be accepted any more.
                CompletableFuture<Void> ended = responder.onExit().thenRun(() -> close(listening));
                try (Line line = Line.accept(listening)) {
                    ended.cancel(false);
                    measure(Plan.of(arguments[0]), line, responder, directory.path(), Path.of(arguments[1]));
                    line.send(0, 0);
                }
            }
            JavaProcess.awaitEnd(responder);
        }
    }

    private static void close(ServerSocketChannel listening) {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void measure(Plan plan, Line line, Process responder, Path directory, Path out) throws Exception {
        List<Asking> ways = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (Way way : plan.ways()) {
                long address = line.receive();
                ways.add(new Asking(way, way.client(Responder.directory(directory, way), address)));
            }
            Requester requester = new Requester(plan, ways, threads);
            requester.measure();
            requester.compare();
            requester.countSystemCalls(List.of(ProcessHandle.current(), responder.toHandle()));
            Results.write(requester.rounds.measurements(), out);
        } finally {
            ways.forEach(asking -> asking.client().close());
        }
    }

    /**
     * {@return the name of a request with the template}
     *
     * @param spinning whether threads look again and again before they sleep
     */
    public static String template(boolean spinning) {
        return new TemplateWay(spinning ? Mode.SPINNING : Mode.ASLEEP).name();
    }

    private void measure() throws Exception {
        rounds.run(plan.warmUps(), plan.rounds(),
                Arrays.stream(Workload.values()).map(workload -> (Rounds.Round) (number, figures) -> {
                    for (int turn = 0; turn < ways.size(); turn++) {
                        measure(figures, workload, ways.get(Math.floorMod(turn + number, ways.size())));
                    }
                }).toList());
    }

    private void measure(Figures figures, Workload workload, Asking asking) throws Exception {
        Workload.Times times = workload.run(asking, threads, plan.count(workload));
        String way = asking.way().name();
        figures.add(workload.label(), way, "us", times.median());
        figures.add(workload.label(), way, "us, 99 %", times.slow());
        figures.add(workload.label(), way, RATE, times.rate());
    }

    /** Every way beside Spring's HTTP, and the template beside the channel in the same mode. */
    private void compare() {
        Figures figures = rounds.figures();
        for (Workload workload : Workload.values()) {
            String subject = workload.label();
            for (Way way : plan.ways()) {
                figures.compare(subject, way.name(), Ways.REST.name(), "us", RESTS_TIME);
                figures.compare(subject, way.name(), Ways.REST.name(), RATE, RESTS_RATE);
                String channel = new ChannelWay(way.mode()).name();
                if (way instanceof TemplateWay) {
                    figures.compare(subject, way.name(), channel, "us", CHANNELS_TIME);
                    figures.compare(subject, way.name(), channel, "us", ABOVE_CHANNEL,
                            (ours, theirs) -> ours - theirs);
                }
            }
        }
    }

    private void countSystemCalls(List<ProcessHandle> processes) throws Exception {
        for (Workload workload : List.of(Workload.RECORD, Workload.PAYLOAD)) {
            int count = plan.count(workload);
            for (Asking asking : ways) {
                OptionalLong calls = SystemCalls.during(processes, () -> workload.run(asking, threads, count));
                calls.ifPresent(number -> rounds.figures().add(workload.label(), asking.way().name(), SYSTEM_CALLS,
                        (double) number / count));
            }
        }
    }
}
