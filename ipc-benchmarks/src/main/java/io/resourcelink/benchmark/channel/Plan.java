package io.resourcelink.benchmark.channel;

import java.util.List;

import io.resourcelink.benchmark.Rounds;

/**
 * What is measured, and how often.
 *
 * @param ways the ways
 * @param workloads the workloads
 * @param warmUps how many rounds do not count
 * @param rounds how many rounds count
 * @param discarding whether rounds in which the machine was busy with something else are done again
 * @param share a session has so many of a workload's messages, as a divisor
 * @param idleMillis for how long wake-ups of idle processes are counted
 */
record Plan(List<Way> ways, List<Workload> workloads, int warmUps, int rounds, boolean discarding, int share,
        int idleMillis) {

    /**
     * {@return the plan of a name}
     *
     * @param name {@code full}, {@code quick} for a first look, or {@code smoke} to see that everything works
     */
    static Plan of(String name) {
        List<Workload> all = List.of(Workload.values());
        return switch (name) {
            case "full" -> new Plan(Ways.ALL, all, 5, Rounds.ENOUGH, true, 1, 6000);
            case "quick" -> new Plan(Ways.ALL, all, 1, 2, false, 1, 4000);
            case "smoke" -> new Plan(Ways.forSmoke(), List.of(Workload.RECORD, Workload.RECORD_VIRTUAL, Workload.BYTES,
                    Workload.FILLED_64_KIB, Workload.RESENT_1_MIB), 0, 1, false, 100, 10);
            default -> throw new IllegalArgumentException("No such plan: " + name);
        };
    }

    /** {@return how many messages of a workload a session has} */
    Peer.Counts counts(Workload workload) {
        int returned = Math.max(3, workload.returned() / share);
        return new Peer.Counts(Math.max(1, returned / 4), returned, Math.max(3, workload.streamed() / share));
    }
}
