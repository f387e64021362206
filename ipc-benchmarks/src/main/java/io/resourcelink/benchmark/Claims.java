package io.resourcelink.benchmark;

import java.util.ArrayList;
import java.util.List;

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
    public List<Measurement> measure(Run run) throws Exception {
        List<Measurement> measurements = new ArrayList<>(near(run));
        measurements.addAll(run.measure(List.of(), Receiver.class,
                List.of(run.quick() ? "quick" : "full", "{out}", run.directory().toString())));
        return measurements;
    }

    private static List<Measurement> near(Run run) throws Exception {
        Rounds rounds = new Rounds(Receiver.PART, Receiver.PART + ", near", !run.quick());
        rounds.run(0, run.quick() ? 1 : Rounds.ENOUGH, List.of((_, figures) -> {
            double acquire = Operations.jmh(ACQUIRE, run);
            figures.add(ACQUIRE.label(), NEAR, "us", acquire);
            for (Operation operation : List.of(OPEN, OPEN_TEXT)) {
                double open = Operations.jmh(operation, run);
                figures.add(operation.label(), NEAR, "us", open);
                figures.add(operation.label(), NEAR, ACQUIRES_TIME, open / acquire);
            }
            System.out.println("  near");
        }));
        return rounds.measurements();
    }
}
