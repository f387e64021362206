package io.resourcelink.benchmark.claim;

/**
 * What is measured, and how often.
 *
 * @param kafka whether Kafka is started, which takes long
 * @param warmUps how many rounds do not count
 * @param rounds how many rounds count
 * @param discarding whether rounds in which the machine was busy with something else are done again
 * @param downloadBytes the payload that is fetched
 * @param messageBytes the payload that goes through brokers
 */
record Plan(boolean kafka, int warmUps, int rounds, boolean discarding, int downloadBytes, int messageBytes) {

    private static final int MIB = 1 << 20;

    /**
     * {@return the plan of a name}
     *
     * @param name {@code full}, {@code quick} for a first look, or {@code smoke} to see that everything works
     */
    static Plan of(String name) {
        return switch (name) {
            case "full" -> new Plan(true, 10, 25, true, 64 * MIB, 16 * MIB);
            case "quick" -> new Plan(true, 5, 5, false, 64 * MIB, 16 * MIB);
            case "smoke" -> new Plan(false, 0, 1, false, MIB, MIB);
            default -> throw new IllegalArgumentException("No such plan: " + name);
        };
    }
}
