package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

/** A frame that is completed when it is written, under the lock of the {@link SocketWriter}. */
interface Draft {

    /** A frame that is complete. */
    record Complete(Frame frame) implements Draft {

        @Override
        public void notWritten() {}
    }

    /** {@return the frame} */
    Frame frame();

    /** {@return a frame that travels in the same packet, {@code null} for none} Called after {@link #frame}. */
    default @Nullable Frame rider() {
        return null;
    }

    /** {@return whether it may wait in this process, for others to travel in the same packet} */
    default boolean mayWait() {
        return false;
    }

    /** The frames of the last calls were not written. */
    void notWritten();
}
