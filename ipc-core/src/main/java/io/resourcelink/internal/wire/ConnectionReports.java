package io.resourcelink.internal.wire;

import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.work.Failures;

/** Counts the connections that have ended, and tells the channel's listener of those that failed. Thread-safe. */
final class ConnectionReports {

    private final ConnectionListener listener;
    private final Failures failures;
    private final LongAdder ended = new LongAdder();
    private final LongAdder unhandled = new LongAdder();

    /**
     * Begins with none.
     *
     * @param listener the user's code
     * @param failures told of what the listener throws
     */
    ConnectionReports(ConnectionListener listener, Failures failures) {
        this.listener = listener;
        this.failures = failures;
    }

    /** Counts a connection that has ended, because of a failure if there is one. */
    void ended(@Nullable IpcException failure) {
        ended.increment();
        if (failure != null) {
            failed(failure);
        }
    }

    /** Tells the listener of a failure. Never throws. */
    void failed(IpcException failure) {
        try {
            listener.failed(failure);
        } catch (Throwable e) {
            failures.report("telling its listener", e);
        }
    }

    /** Counts messages that were not handled, and tells the listener. Never throws. */
    void unhandled(UnhandledMessages messages) {
        unhandled.add(messages.last() - messages.first() + 1);
        try {
            listener.unhandled(messages);
        } catch (Throwable e) {
            failures.report("telling its listener", e);
        }
    }

    /** {@return how many messages were reported as not handled} */
    long unhandled() {
        return unhandled.sum();
    }

    /** {@return how many connections have ended} */
    long count() {
        return ended.sum();
    }
}
