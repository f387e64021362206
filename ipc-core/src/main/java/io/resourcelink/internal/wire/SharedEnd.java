package io.resourcelink.internal.wire;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

import io.resourcelink.internal.work.Closer;

/**
 * What one end of a subchannel and its views of other types share: whether it is closed. If the program forgets to close
 * it, it is closed after the garbage collector has found it, and all views of it, unreachable. Thread-safe.
 */
public final class SharedEnd implements AutoCloseable {

    private final Closer closer;
    private final Set<Runnable> waits = ConcurrentHashMap.newKeySet();

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

    /** Waits as {@link Poller#await} does. If the end is closed, the wait ends with an {@link IllegalStateException}. */
    boolean await(Poller poller, Lock lock, Condition changed, BooleanSupplier ready, long nanos)
            throws InterruptedException {
        Runnable look = () -> {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        };
        waits.add(look);
        try {
            boolean done = poller.await(lock, changed, () -> isClosed() || ready.getAsBoolean(), nanos);
            ensureOpen("sender");
            return done;
        } finally {
            waits.remove(look);
        }
    }

    /** Closes it, and ends the waits of its calls. Never waits. Idempotent. */
    @Override
    public void close() {
        try {
            closer.close();
        } finally {
            waits.forEach(Runnable::run);
        }
    }
}
