package io.resourcelink.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.resourcelink.benchmark.Operations.Operation;
import io.resourcelink.benchmark.claim.Receiver;

/** Payloads beyond one host: near claims by JMH, in rounds, and the others by a JVM of its own. */
final class Claims implements Part {

    static final Operation ACQUIRE = new Operation("acquire its segment by its key, cold", ClaimBenchmark.class,
            "acquireAndRelease", null, null, 0);
    static final Operation OPEN = new Operation("open a claim, near, signature included", ClaimBenchmark.class,
            "openAndRelease", null, null, 0);
    static final Operation OPEN_TEXT = new Operation("the same, from its text", ClaimBenchmark.class,
            "parseOpenAndRelease", null, null, 0);

    /** The way of all operations. */
    static final String NEAR = "near";

    /** The unit of times in those of {@link #ACQUIRE}. */
    static final String ACQUIRES_TIME = "acquire's time";

    @Override
    public String part() {
        return Receiver.PART;
    }

    @Override
    public List<Measurement> measure(Run run) throws IOException, InterruptedException {
        List<Measurement> measurements = new ArrayList<>(near(run));
        measurements.addAll(run.measure(List.of(), Receiver.class,
                List.of(run.quick() ? "quick" : "full", "{out}", run.directory().toString())));
        return measurements;
    }

    private static List<Measurement> near(Run run) {
        Map<Operation, List<Double>> times = new LinkedHashMap<>();
        Map<Operation, List<Double>> ratios = new LinkedHashMap<>();
        for (int round = 0; round < (run.quick() ? 1 : 3); round++) {
            double acquire = Operations.jmh(ACQUIRE, run);
            add(times, ACQUIRE, acquire);
            for (Operation operation : List.of(OPEN, OPEN_TEXT)) {
                double open = Operations.jmh(operation, run);
                add(times, operation, open);
                add(ratios, operation, open / acquire);
            }
            System.out.println("  near");
        }
        List<Measurement> measurements = new ArrayList<>();
        times.forEach((operation, values) -> measurements.add(measured(operation, "us", values)));
        ratios.forEach((operation, values) -> measurements.add(measured(operation, ACQUIRES_TIME, values)));
        return measurements;
    }

    private static void add(Map<Operation, List<Double>> rounds, Operation operation, double value) {
        rounds.computeIfAbsent(operation, _ -> new ArrayList<>()).add(value);
    }

    private static Measurement measured(Operation operation, String unit, List<Double> rounds) {
        return Measurement.quartiles(Receiver.PART, operation.label(), NEAR, unit, rounds);
    }
}
