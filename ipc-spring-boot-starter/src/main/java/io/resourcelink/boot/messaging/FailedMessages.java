package io.resourcelink.boot.messaging;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs messages that failed. Failures of one kind, which have the same class, are logged once in an interval; the next entry says
 * how many were not logged. Thread-safe.
 */
final class FailedMessages {

    static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_KINDS = 32;
    private static final Log logger = LogFactory.getLog(FailedMessages.class);

    private final String destination;
    private final LongSupplier nanoTime;
    private final Map<String, Kind> kinds = new LinkedHashMap<>();

    FailedMessages(String destination, LongSupplier nanoTime) {
        this.destination = destination;
        this.nanoTime = nanoTime;
    }

    private static final class Kind {

        private long loggedAt;
        private long unlogged;
    }

    /** Logs a failure unless one of its kind was logged shortly before. Throws what the logger throws. */
    void report(String sender, long number, Throwable failure) {
        long before = due(failure.getClass().getName());
        if (before >= 0) {
            logger.warn("The listener at \"" + destination + "\" failed while handling message " + number + " from "
                    + sender + "; the listener goes on." + (before > 0
                            ? " " + before + " earlier failures of this kind were not logged."
                            : ""),
                    failure);
        }
    }

    /** {@return how many of this kind were not logged before; -1 if this one is not logged either} */
    private synchronized long due(String name) {
        long now = nanoTime.getAsLong();
        Kind kind = kinds.get(name);
        if (kind == null) {
            if (kinds.size() == MOST_KINDS) {
                kinds.remove(kinds.keySet().iterator().next());
            }
            kind = new Kind();
            kinds.put(name, kind);
        } else if (now - kind.loggedAt < INTERVAL_NANOS) {
            kind.unlogged++;
            return -1;
        }
        long before = kind.unlogged;
        kind.loggedAt = now;
        kind.unlogged = 0;
        return before;
    }
}
