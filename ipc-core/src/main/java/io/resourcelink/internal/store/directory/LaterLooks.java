package io.resourcelink.internal.store.directory;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Names to look at once more when nothing has happened to them for a while. They become due many at a time, so that a thread
 * wakes up for all of them together. Used by one thread.
 */
final class LaterLooks {

    /** A name becomes due after one to two of these. */
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private Set<String> next = new HashSet<>();
    private Set<String> afterNext = new HashSet<>();
    private long nextAt;

    /** Adds a name. A name that is here already is due later than before. */
    void add(String name, long now) {
        if (isEmpty()) {
            nextAt = now + INTERVAL_NANOS;
        }
        afterNext.add(name);
        next.remove(name);
    }

    boolean isEmpty() {
        return next.isEmpty() && afterNext.isEmpty();
    }

    /** {@return when the next names are due, or there is nothing left to do} Only if this is not empty. */
    long nextAt() {
        return nextAt;
    }

    /** Takes the names that are due. */
    Set<String> take(long now) {
        if (isEmpty() || now < nextAt) {
            return Set.of();
        }
        Set<String> due = next;
        next = afterNext;
        afterNext = new HashSet<>();
        nextAt = now + INTERVAL_NANOS;
        return due;
    }
}
