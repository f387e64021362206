package io.resourcelink.benchmark.messaging;

import java.util.List;

import io.resourcelink.benchmark.Rounds;

/**
 * What is measured, and how often.
 *
 * @param ways the ways
 * @param warmUps how many rounds do not count
 * @param rounds how many rounds count
 * @param discarding whether rounds in which the machine was busy with something else are done again
 * @param records how many records a thread sends in a round
 * @param payloads how many payloads it sends in a round
 */
record Plan(List<Way> ways, int warmUps, int rounds, boolean discarding, int records, int payloads) {

    /**
     * {@return the plan of a name}
     *
     * @param name {@code full}, {@code quick} for a first look, or {@code smoke} to see that everything works
     */
    static Plan of(String name) {
        return switch (name) {
            case "full" -> new Plan(Ways.ALL, 6, Rounds.ENOUGH, true, 2000, 40);
            case "quick" -> new Plan(Ways.ALL, 3, 3, false, 1000, 20);
            case "smoke" -> new Plan(Ways.forSmoke(), 0, 1, false, 3, 1);
            default -> throw new IllegalArgumentException("No such plan: " + name);
        };
    }

    int count(Workload workload) {
        return workload == Workload.PAYLOAD ? payloads : records;
    }
}
