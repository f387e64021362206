package io.resourcelink.internal.wire;

import io.resourcelink.internal.work.Closer;

/**
 * What one end of a subchannel and its views of other types share: whether it is closed. If the program forgets to close
 * it, it is closed after the garbage collector has found it, and all views of it, unreachable. Thread-safe.
 */
public final class SharedEnd implements AutoCloseable {

    private final Closer closer;

    /**
     * Creates an open end.
     *
     * @param release run once, when the end is closed; must not refer to this end and must not wait
     */
    public SharedEnd(Runnable release) {
        this.closer = Closer.of(this, release);
    }

    /** {@return whether the end is closed} */
    public boolean isClosed() {
        return closer.isClosed();
    }

    /**
     * Throws {@link IllegalStateException} if the end is closed.
     *
     * @param what the kind of end, for the message
     */
    public void ensureOpen(String what) {
        if (closer.isClosed()) {
            throw new IllegalStateException("The " + what + " is closed.");
        }
    }

    @Override
    public void close() {
        closer.close();
    }
}
