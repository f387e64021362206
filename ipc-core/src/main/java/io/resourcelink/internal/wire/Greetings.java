package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/*
 * A channel sends its greeting as soon as it has connected. So a connection without a greeting is from a process that was
 * stopped in between, or from one that means harm. Each costs a descriptor. If there are too many, the process that has most of
 * them loses its oldest one, after a last look whether the greeting has arrived. So one process cannot keep the others out.
 */

/** Accepted connections on which no greeting has arrived yet. There are few, and none for long. Thread-safe. */
final class Greetings {

    /** How many there may be. */
    static final int MOST = 64;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Oldest first. */
    private final List<Awaited> waiting = new ArrayList<>(MOST);

    private record Awaited(Connection connection, long since) {

        int process() {
            return connection.process();
        }

        boolean isOver() {
            return connection.hasGreeted() || connection.hasEnded();
        }

        /** Reads what has arrived, and looks again. Called by the leader. */
        boolean isOverNow() {
            connection.ready(true, false, () -> false);
            return isOver();
        }
    }

    /**
     * Awaits the greeting on a connection that was just accepted. Most often it has arrived already. Called by the leader.
     */
    void await(Connection connection) {
        Awaited fresh = new Awaited(connection, System.nanoTime());
        if (!fresh.isOverNow()) {
            Awaited tooMany = add(fresh);
            if (tooMany != null && !tooMany.isOverNow()) {
                tooMany.connection().end(null);
            }
        }
    }

    /** Returns the connection that must go, {@code null} if there is room. */
    private synchronized @Nullable Awaited add(Awaited fresh) {
        waiting.removeIf(Awaited::isOver);
        waiting.add(fresh);
        if (waiting.size() <= MOST) {
            return null;
        }
        Map<Integer, Integer> counts = new HashMap<>();
        waiting.forEach(awaited -> counts.merge(awaited.process(), 1, Integer::sum));
        Awaited oldest = fresh;
        for (Awaited awaited : waiting) {
            if (counts.getOrDefault(awaited.process(), 0) > counts.getOrDefault(oldest.process(), 0)
                    || (awaited.process() == oldest.process() && oldest.equals(fresh))) {
                oldest = awaited;
            }
        }
        waiting.remove(oldest);
        return oldest;
    }

    /** Ends connections that have waited for too long. Called by the upkeep. Returns whether others wait. */
    synchronized boolean expire() {
        waiting.removeIf(Awaited::isOver);
        long now = System.nanoTime();
        for (Awaited awaited : waiting) {
            if (now - awaited.since() > PATIENCE_NANOS) {
                // The leader finds it ended, and closes it.
                awaited.connection().shutdown();
            }
        }
        return !waiting.isEmpty();
    }
}
