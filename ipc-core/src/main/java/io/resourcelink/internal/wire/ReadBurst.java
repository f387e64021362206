package io.resourcelink.internal.wire;

import java.util.function.BooleanSupplier;

/** How many packets of a connection the leader reads in one turn. Used by the leader alone. */
final class ReadBurst {

    /** So many if it waits for something that has not come yet, so that it gets to all peers. */
    private static final int LARGE = 64;

    /**
     * So many if it has what it waits for before it gets to this connection. More than one, because a leader that is back at once for each
     * message would never catch up with answers that nobody waits for.
     */
    private static final int SMALL = 8;

    /** So many more once it has what it waits for, if packets follow each other fast: each saves a wait of its own. */
    private static final int BEYOND = 16;

    /** In every so many turns it is tried whether they do. */
    private static final int PROBE = 16;

    /** Whether the next packet is likely to be there when one was read. */
    private boolean crowded;
    private int alone;
    private boolean awaited;
    private int left;
    private int beyond;

    /**
     * A turn begins.
     *
     * @param waits whether the leader waits for something that has not come yet
     */
    void begin(boolean waits) {
        awaited = waits;
        left = waits ? LARGE : SMALL;
        beyond = 0;
    }

    /** {@return whether to read one more packet} */
    boolean readsOn(BooleanSupplier enough) {
        if (left-- == 0) {
            return false;
        }
        if (!awaited || !enough.getAsBoolean()) {
            return true;
        }
        if (beyond++ == 0) {
            return crowded || ++alone % PROBE == 0;
        }
        crowded = true;
        return beyond <= BEYOND;
    }

    /** There was no packet. */
    void ranDry() {
        crowded = beyond > 1;
    }
}
