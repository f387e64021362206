package io.resourcelink.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The JMH benchmarks, and the same system calls in C: in rounds, in each of which both do every operation. */
final class Operations implements Part {

    static final String PART = "operations";
    static final String JAVA = "java";
    static final String C = "c";

    /**
     * What is measured.
     *
     * @param label what a table says
     * @param benchmark the JMH benchmark
     * @param threads its parameter, if it has that
     * @param floor the operation of the floor, if there is one
     * @param count how often the floor does it
     */
    record Operation(String label, Class<?> benchmark, String method, @Nullable Integer threads, @Nullable String floor,
            int count) {

        String pattern() {
            return "^" + benchmark.getName().replace(".", "\\.") + "\\." + method + "$";
        }
    }

    static final Operation CREATE = new Operation("create and close, 4 KiB", CreateBenchmark.class, "createAndClose",
            null, "create", 5000);
    static final Operation COLD = new Operation("cold acquire + release, others hold it", AcquireBenchmark.class,
            "coldAcquireAndRelease", null, "acquire", 10_000);
    static final Operation COLD_LAST = new Operation("cold acquire + last release, it is kept", AcquireBenchmark.class,
            "coldAcquireAndLastRelease", null, "acquire-last", 10_000);
    static final Operation OPEN = new Operation("acquire + release, open here already", AcquireBenchmark.class,
            "openAcquireAndRelease", null, "open", 50_000);
    static final Operation RETAIN = new Operation("`retain` + close", AcquireBenchmark.class, "retainAndClose", null,
            "retain", 50_000);
    static final Operation RELEASE = new Operation("last release, 1 other thread", LastReleaseBenchmark.class,
            "lastRelease", 1, "release", 5000);
    static final Operation RELEASE_MANY = new Operation("last release, 200 other threads",
            LastReleaseBenchmark.class, "lastRelease", 200, "release", 5000);
    static final Operation SWEEP = new Operation("sweep, per segment of 10,000", DirectoryBenchmark.class, "sweep",
            null,
            "sweep", 10_000);
    static final Operation LIST = new Operation("list, per segment of 10,000", DirectoryBenchmark.class, "list", null,
            "list", 10_000);
    static final Operation REFCOUNT = new Operation("refcount of a segment that 10,000 descriptions hold",
            ReferencesBenchmark.class, "refcount", null, null, 0);
    static final Operation LIST_HELD = new Operation("list with such a segment", ReferencesBenchmark.class, "list",
            null, null, 0);

    private static final List<Operation> ALL = List.of(CREATE, COLD, COLD_LAST, OPEN, RETAIN, RELEASE, RELEASE_MANY,
            SWEEP, LIST, REFCOUNT, LIST_HELD);

    /** {@return whether C does the operation with this label, too} */
    static boolean hasFloor(String label) {
        return ALL.stream().anyMatch(operation -> operation.label().equals(label) && operation.floor() != null);
    }

    @Override
    public String part() {
        return PART;
    }

    @Override
    public List<Measurement> measure(Run run) throws Exception {
        Rounds rounds = new Rounds(PART, !run.quick());
        Floor floor = Floor.start().orElse(null);
        try {
            rounds.run(0, run.quick() ? 1 : Rounds.ENOUGH, ALL.stream()
                    .map(operation -> (Rounds.Round) (_, figures) -> measure(operation, floor, run, figures)).toList());
        } finally {
            if (floor != null) {
                floor.close();
            }
        }
        return rounds.measurements();
    }

    private static void measure(Operation operation, @Nullable Floor floor, Run run, Figures figures)
            throws IOException {
        double ours = jmh(operation, run);
        figures.add(operation.label(), JAVA, "us", ours);
        if (floor != null && operation.floor() != null) {
            double bare = floor.micros(operation.floor(), operation.count());
            figures.add(operation.label(), C, "us", bare);
            figures.add(operation.label(), JAVA, "c", ours / bare);
        }
        System.out.println("  " + operation.label());
    }

    /** Runs an operation's benchmark once, in a JVM of its own. Short, as there are many rounds of it. */
    static double jmh(Operation operation, Run run) {
        TimeValue warmUp = TimeValue.milliseconds(300);
        TimeValue time = TimeValue.milliseconds(200);
        ChainedOptionsBuilder options = new OptionsBuilder().include(operation.pattern()).forks(1)
                .warmupIterations(3).warmupTime(warmUp).measurementIterations(2)
                .measurementTime(time).timeUnit(TimeUnit.MICROSECONDS).shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT).jvmArgsAppend("--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-D" + ScratchDirectory.PARENT + "=" + run.directory());
        if (operation.threads() != null) {
            options.param("threads", String.valueOf(operation.threads()));
        }
        try {
            return new Runner(options.build()).runSingle().getPrimaryResult().getScore();
        } catch (RunnerException e) {
            throw new IllegalStateException("The benchmark of " + operation.label() + " has failed.", e);
        }
    }
}
