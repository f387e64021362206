package io.resourcelink.benchmark;

/** What a thread does that looks again and again for something another process brings. */
public final class Idling {

    private static final int TURNS = 64;

    private Idling() {}

    /**
     * Gives way now and then, or who looks would keep the one it waits for off the core that both share.
     *
     * @param turns how often it has looked
     */
    public static void idle(int turns) {
        if (turns % TURNS == 0) {
            giveWay();
        } else {
            Thread.onSpinWait();
        }
    }

    /** Gives way. */
    @SuppressWarnings("ThreadPriorityCheck") // Nothing is right or wrong by it, only slower or faster.
    public static void giveWay() {
        Thread.yield();
    }
}
