package io.resourcelink.channel;

import java.lang.ref.Cleaner;

import io.resourcelink.internal.work.Forgotten;

/**
 * What an end of a subchannel and its views of other types share: whether it is closed. One that is forgotten is closed
 * after the garbage collector has found it, and all views of it, unreachable. Thread-safe.
 */
public final class Handle implements AutoCloseable {

    private final State state;
    private final Cleaner.Cleanable net;

    /** Must not know the handle, or that would always be reached. */
    private static final class State implements Runnable {

        private final Runnable release;
        private volatile boolean closed;

        State(Runnable release) {
            this.release = release;
        }

        @Override
        public void run() {
            closed = true;
            release.run();
        }
    }

    /**
     * @param release run once, by who closes; must not know this handle, nor wait
     */
    Handle(Runnable release) {
        this.state = new State(release);
        this.net = Forgotten.onceUnreachable(this, state);
    }

    boolean isClosed() {
        return state.closed;
    }

    void ensureOpen(String what) {
        if (state.closed) {
            throw new IllegalStateException("The " + what + " is closed.");
        }
    }

    @Override
    public void close() {
        net.clean();
    }
}
