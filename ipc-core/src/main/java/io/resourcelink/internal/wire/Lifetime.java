package io.resourcelink.internal.wire;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/** Whether a channel is open, and the order between its closing and what must not begin afterwards. Thread-safe. */
final class Lifetime {

    private volatile boolean closed;

    boolean isClosed() {
        return closed;
    }

    /** Throws {@link IllegalStateException} if the channel is closed. */
    void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("The channel is closed.");
        }
    }

    /**
     * Runs something unless the channel is closed. The channel is not closed before it has returned, so it must not call a
     * user's code.
     *
     * @return its result, {@code null} if the channel is closed
     */
    synchronized <T> @Nullable T whileOpen(Supplier<? extends @Nullable T> work) {
        return closed ? null : work.get();
    }

    /**
     * Makes something that the closing of the channel must find. The channel is not closed before it is made.
     *
     * @throws IllegalStateException if the channel is closed
     */
    synchronized <T extends @Nullable Object> T make(Supplier<T> maker) {
        ensureOpen();
        return maker.get();
    }

    /** Marks the channel as closed, after what the other methods run at the moment. */
    synchronized void close() {
        closed = true;
    }
}
