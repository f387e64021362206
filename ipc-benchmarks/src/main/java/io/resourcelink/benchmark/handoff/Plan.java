package io.resourcelink.benchmark.handoff;

import java.util.List;

import io.resourcelink.benchmark.Rounds;

/**
 * What a producer measures.
 *
 * @param part the part of the results that this is
 * @param ways which ways, by name
 * @param sizes of payloads, in bytes
 * @param fractions which part of a payload is read: 1 for all of it, 16 for a sixteenth
 * @param consumers how many there are
 * @param rounds in how many rounds, after those that do not count; fewer of the largest payloads
 * @param discarding whether rounds in which the machine was busy with something else are done again
 * @param volume about how many bytes go in one session
 */
record Plan(String part, List<String> ways, List<Integer> sizes, List<Integer> fractions, int consumers, int rounds,
        boolean discarding, int volume) {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    /** Large enough for memory to be used again, and small enough for thousands. */
    static final int WARM_UP_BYTES = 64 * KIB;

    /**
     * {@return the plan of a part}
     *
     * @param part its name
     * @param quick whether a few rounds and sizes will do
     */
    static Plan of(String part, boolean quick) {
        int rounds = quick ? 1 : Rounds.ENOUGH;
        boolean discarding = !quick;
        int volume = quick ? 16 * MIB : 48 * MIB;
        return switch (part) {
            case "handoff" -> new Plan(part, Ways.names(),
                    quick
                            ? List.of(4 * KIB, 64 * KIB, MIB, 64 * MIB)
                            : List.of(4 * KIB, 64 * KIB, MIB, 16 * MIB, 64 * MIB, 256 * MIB),
                    List.of(1), 1, rounds, discarding, volume);
            case "partial" ->
                new Plan(part, Ways.forParts(), List.of(64 * MIB), List.of(1, 16), 1, rounds, discarding, 3 * volume);
            case "fanout" ->
                new Plan(part, Ways.forMany(), List.of(MIB, 64 * MIB), List.of(1), 4, rounds, discarding, volume);
            case "smoke" -> new Plan(part, Ways.ours(), List.of(4 * KIB), List.of(1), 1, 1, false, 40 * KIB);
            default -> throw new IllegalArgumentException("No such part: " + part);
        };
    }

    /** How many payloads of a size are measured in one session. */
    int count(int bytes) {
        return Math.clamp(volume / bytes, bytes > 64 * MIB ? 2 : 3, 500);
    }

    /** In how many rounds payloads of a size are measured. */
    int rounds(int bytes) {
        return bytes > 64 * MIB ? (rounds + 2) / 3 : rounds;
    }

    /** How many rounds of small payloads go before everything else, until the JIT compiler is done in all processes. */
    int warmUpRounds() {
        return rounds;
    }
}
