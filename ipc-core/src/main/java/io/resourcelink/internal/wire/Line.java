package io.resourcelink.internal.wire;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/*
 * Without an order, a thread that waits can starve: one that has just got its reply, and with it credit, sends again before the other is
 * awake. With a strict order, each message would cost a change of threads once several wait. So the order counts only for those who have
 * waited for a while.
 */

/** The calls that wait for room at one target, in the order in which they came. Thread-safe. */
final class Line {

    /**
     * Who has waited for so long is served before all who came later. Much longer than a change of threads, much shorter than a time-out.
     */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Queue<Place> places = new ConcurrentLinkedQueue<>();

    /** {@return whether a call that does not wait may take room} */
    boolean admits() {
        return admits(null);
    }

    private boolean admits(@Nullable Place who) {
        Place first = places.peek();
        return first == null || first.equals(who) || System.nanoTime() - first.since < PATIENCE_NANOS;
    }

    /** {@return whether nobody waits} */
    boolean isEmpty() {
        return places.isEmpty();
    }

    /** {@return the last place, which the caller closes} */
    Place enter() {
        Place place = new Place();
        places.add(place);
        return place;
    }

    /** A place in the line, of one call. */
    final class Place implements AutoCloseable {

        private final long since = System.nanoTime();

        /** {@return whether this call may take room} */
        boolean isAdmitted() {
            return admits(this);
        }

        @Override
        public void close() {
            places.remove(this);
        }
    }
}
