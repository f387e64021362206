package io.resourcelink.boot.channel.autoconfigure;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.resourcelink.channel.ChannelListener;
import io.resourcelink.channel.UnhandledMessages;
import io.resourcelink.error.IpcException;

/**
 * Logs what an application would not hear of otherwise, at most one failure and one report of messages a second. The next entry says how
 * many were not logged. Thread-safe.
 */
final class LoggingChannelListener implements ChannelListener {

    static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Log logger = LogFactory.getLog(LoggingChannelListener.class);

    private final Interval failures;
    private final Interval reports;

    LoggingChannelListener() {
        this(System::nanoTime);
    }

    LoggingChannelListener(LongSupplier nanoTime) {
        failures = new Interval(nanoTime);
        reports = new Interval(nanoTime);
    }

    @Override
    public void failed(IpcException failure) {
        long before = failures.due();
        if (before >= 0) {
            logger.warn("A message or a connection has failed, and no method call reports it: " + failure.getMessage()
                    + unlogged(before, "failures"));
        }
    }

    @Override
    public void unhandled(UnhandledMessages messages) {
        long before = reports.due();
        if (before >= 0) {
            logger.warn(text(messages) + unlogged(before, "reports"));
        }
    }

    private static String text(UnhandledMessages messages) {
        String which = messages.count() == 1
                ? "Message " + messages.first() + " of this process to \"" + messages.receiver() + "\" was"
                : "Messages " + messages.first() + " to " + messages.last() + " of this process to \""
                        + messages.receiver() + "\" were";
        return messages.known()
                ? which + " not handled by " + messages.peer() + ", which has stopped."
                : which + " perhaps not handled by " + messages.peer() + ", which has ended without a word.";
    }

    private static String unlogged(long count, String what) {
        return count == 0 ? "" : " Earlier " + what + " that were not logged: " + count + ".";
    }

    /** Lets one entry through in an interval, and counts the others. */
    private static final class Interval {

        private final LongSupplier nanoTime;
        private boolean begun;
        private long loggedAt;
        private long unlogged;

        Interval(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
        }

        /** {@return how many were not logged before; -1 if this one is not logged either} */
        synchronized long due() {
            long now = nanoTime.getAsLong();
            if (begun && now - loggedAt < INTERVAL_NANOS) {
                unlogged++;
                return -1;
            }
            long before = unlogged;
            begun = true;
            loggedAt = now;
            unlogged = 0;
            return before;
        }
    }
}
