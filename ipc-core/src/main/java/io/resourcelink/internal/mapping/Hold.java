package io.resourcelink.internal.mapping;

import org.jspecify.annotations.Nullable;

/** Keeps memory mapped until an arena has ended, and is an element of that arena's list. */
abstract class Hold {

    final Memory held;

    /** The next one of the arena. */
    @Nullable
    Hold next;

    Hold(Memory held) {
        this.held = held;
    }

    /** What is held. Its methods allocate nothing. */
    abstract static class Memory extends Piece {

        /** {@return how many bytes are mapped} */
        abstract long size();

        /**
         * Begins one hold.
         *
         * @param shared whether other memory shares the arena
         */
        abstract void hold(boolean shared);

        /** The arena of one hold ends as soon as a native call does. */
        abstract void unshare();

        /** Ends one hold. The last one unmaps. Never throws, because others are to be ended, too. */
        abstract void unhold(boolean shared);
    }
}
