package io.resourcelink.internal.wire;

/*
 * A notice goes along with the next message, or by itself: at once after the first message that was missed, and then once for each
 * credit. So a receiver that reads nothing gets one notice by itself at most, and nothing piles up for it.
 */

/** How many messages a receiver has missed, and was not told of yet. Thread-safe. */
final class MissedMessages {

    private int untold;
    private boolean quiet;

    /** Counts one message. Returns whether the receiver is to be told at once. */
    synchronized boolean add() {
        untold = Math.max(untold, untold + 1);
        boolean tell = !quiet;
        quiet = true;
        return tell;
    }

    /** The receiver has given credit. Returns whether it is to be told now. */
    synchronized boolean credited() {
        quiet = untold > 0;
        return quiet;
    }

    /** {@return how many the receiver is told of now, 0 if there are none} */
    synchronized int take() {
        int taken = untold;
        untold = 0;
        return taken;
    }

    /** Takes back what the receiver could not be told. */
    synchronized void putBack(int count) {
        untold = Math.max(count, untold + count);
    }
}
