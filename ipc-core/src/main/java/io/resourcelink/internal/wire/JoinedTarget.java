package io.resourcelink.internal.wire;

/**
 * One sender's share of a target, to be closed once.
 *
 * @param target the target, with this sender counted
 */
public record JoinedTarget(Target target) implements AutoCloseable {

    /**
     * Counts one more sender of a target that has at least one.
     *
     * @throws IllegalStateException if it has none any more
     */
    public static void join(Target target) {
        if (!target.tryJoin()) {
            throw new IllegalStateException("The sender is closed.");
        }
    }

    /** Counts one sender less. Never waits. */
    @Override
    public void close() {
        target.leave();
    }
}
