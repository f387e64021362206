package io.resourcelink.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.resourcelink.benchmark.channel.Caller;
import io.resourcelink.benchmark.channel.Idle;
import io.resourcelink.benchmark.destination.Distributor;
import io.resourcelink.benchmark.handoff.Producer;
import io.resourcelink.benchmark.handoff.SizeComparison;
import io.resourcelink.benchmark.messaging.Requester;

/** A part that a JVM of its own measures, with others beside it. */
enum ChildPart implements Part {

    /** Payloads of all sizes, in all ways. */
    HANDOFF("handoff"),

    /** Payloads whose sizes are drawn at random. */
    SIZES(SizeComparison.PART),

    /** Payloads of which only a part is read. */
    PARTIAL("partial"),

    /** Payloads for several consumers. */
    FANOUT("fanout"),

    /** Messages on channels. */
    CHANNELS(Caller.PART),

    /** Connections on which nothing is said. */
    IDLE(Idle.PART),

    /** What open things take of memory. */
    MEMORY(MemoryCosts.PART),

    /** Destinations that several processes serve. */
    DESTINATIONS(Distributor.PART),

    /** Requests between Spring applications. */
    MESSAGING(Requester.PART);

    private final String part;

    ChildPart(String part) {
        this.part = part;
    }

    @Override
    public String part() {
        return part;
    }

    @Override
    public List<Measurement> measure(Run run) throws IOException, InterruptedException {
        String quick = String.valueOf(run.quick());
        String plan = run.quick() ? "quick" : "full";
        String directory = run.directory().toString();
        if (this == CHANNELS) {
            List<String> arguments = new ArrayList<>(List.of(plan, "{out}", directory));
            if (run.before() != null) {
                arguments.add(run.before().toString());
            }
            return run.measure(List.of(), Caller.class, arguments);
        }
        if (this == IDLE) {
            return run.measure(List.of(), Idle.class, List.of(plan, "{out}", directory));
        }
        if (this == MEMORY) {
            return run.measure(List.of(), MemoryCosts.class, List.of(plan, "{out}", directory));
        }
        if (this == SIZES) {
            return run.measure(List.of(), SizeComparison.class, List.of(quick, "{out}", directory));
        }
        if (this == DESTINATIONS) {
            return run.measure(List.of(), Distributor.class, List.of(quick, "{out}", directory));
        }
        if (this == MESSAGING) {
            return run.measure(List.of(), Requester.class, List.of(plan, "{out}", directory));
        }
        Path huge = this == HANDOFF ? run.hugePages().directory() : null;
        return run.measure(huge == null ? List.of() : run.hugePages().prefix(), Producer.class,
                List.of(part, quick, "{out}", directory, huge == null ? "-" : huge.toString()));
    }
}
