package io.resourcelink.boot.messaging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.resourcelink.channel.SubReceiver;

/*
 * A receiver counts itself how many of its messages were too old or were dropped for it. The counts read all receivers that are open, also
 * that of a listener that stops: meters must not count backwards. The monitor guards the receivers and the sum of those that are closed.
 */

/** What has happened to the messages of a listener since the application started. Thread-safe. */
final class ListenerCounts {

    private final AtomicLong handled = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong unhandled = new AtomicLong();
    private final List<SubReceiver<?>> open = new ArrayList<>();
    private long expired;
    private long missed;

    /** {@return the messages that were handled, and replied to if a reply was wanted} */
    AtomicLong handled() {
        return handled;
    }

    /** {@return the messages that could not be read, handled or replied to} */
    AtomicLong failed() {
        return failed;
    }

    /** {@return the messages that were left when the listener was stopped} */
    AtomicLong unhandled() {
        return unhandled;
    }

    synchronized void opened(SubReceiver<?> receiver) {
        open.add(receiver);
    }

    /** Keeps the count of a receiver that is closed. Idempotent. */
    synchronized void closed(SubReceiver<?> receiver) {
        if (open.remove(receiver)) {
            expired += receiver.expired();
            missed += receiver.missed();
        }
    }

    /** {@return the messages that were too old} */
    synchronized long expired() {
        return expired + open.stream().mapToLong(SubReceiver::expired).sum();
    }

    /** {@return the messages that were published to this subscriber and dropped} */
    synchronized long missed() {
        return missed + open.stream().mapToLong(SubReceiver::missed).sum();
    }

    /** {@return the messages that have arrived and were not received yet} */
    synchronized int waiting() {
        return open.stream().mapToInt(SubReceiver::size).sum();
    }
}
