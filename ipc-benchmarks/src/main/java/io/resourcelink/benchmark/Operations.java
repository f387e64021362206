package io.resourcelink.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    public List<Measurement> measure(Run run) throws IOException, InterruptedException {
        Map<Operation, List<Double>> java = new LinkedHashMap<>();
        Map<Operation, List<Double>> c = new LinkedHashMap<>();
        Map<Operation, List<Double>> ratios = new LinkedHashMap<>();
        Floor floor = Floor.start().orElse(null);
        try {
            for (int round = 0; round < (run.quick() ? 1 : 3); round++) {
                for (Operation operation : ALL) {
                    double ours = jmh(operation, run);
                    java.computeIfAbsent(operation, _ -> new ArrayList<>()).add(ours);
                    if (floor != null && operation.floor() != null) {
                        double bare = floor.micros(operation.floor(), operation.count());
                        c.computeIfAbsent(operation, _ -> new ArrayList<>()).add(bare);
                        ratios.computeIfAbsent(operation, _ -> new ArrayList<>()).add(ours / bare);
                    }
                    System.out.println("  " + operation.label());
                }
            }
        } finally {
            if (floor != null) {
                floor.close();
            }
        }
        List<Measurement> measurements = new ArrayList<>();
        add(measurements, java, JAVA, "us");
        add(measurements, c, C, "us");
        add(measurements, ratios, JAVA, "c");
        return measurements;
    }

    private static void add(List<Measurement> measurements, Map<Operation, List<Double>> rounds, String way,
            String unit) {
        rounds.forEach((operation, values) -> measurements
                .add(Measurement.median(PART, operation.label(), way, unit, values)));
    }

    /** Runs an operation's benchmark once. */
    static double jmh(Operation operation, Run run) {
        TimeValue warmUp = TimeValue.milliseconds(run.quick() ? 400 : 800);
        TimeValue time = TimeValue.milliseconds(run.quick() ? 200 : 500);
        ChainedOptionsBuilder options = new OptionsBuilder().include(operation.pattern()).forks(1)
                .warmupIterations(5).warmupTime(warmUp).measurementIterations(5)
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
