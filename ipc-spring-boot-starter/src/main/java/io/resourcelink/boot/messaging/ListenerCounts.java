package io.resourcelink.boot.messaging;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What has happened to the messages of a listener since the application started. Thread-safe.
 *
 * @param handled messages that were handled, and replied to if a reply was wanted
 * @param failed messages that could not be read, handled or replied to
 * @param expired messages that were too old, without those of the server that is open
 * @param unhandled messages that were left when the listener was stopped
 */
record ListenerCounts(AtomicLong handled, AtomicLong failed, AtomicLong expired, AtomicLong unhandled) {

    ListenerCounts() {
        this(new AtomicLong(), new AtomicLong(), new AtomicLong(), new AtomicLong());
    }
}
