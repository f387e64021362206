package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

/** Takes messages out of the inboxes of a channel, and waits while there are none. Thread-safe. */
public final class Receiving {

    private final Poller poller;
    private final Traffic received;

    /**
     * Begins.
     *
     * @param received counts the messages
     */
    Receiving(Poller poller, Traffic received) {
        this.poller = poller;
        this.received = received;
    }

    /** {@return what brings the messages} */
    public Poller poller() {
        return poller;
    }

    /**
     * Takes the next message of an inbox.
     *
     * @param nanos how long to wait, {@link Long#MAX_VALUE} for no limit
     * @return the message, {@code null} if none has arrived in time
     */
    public @Nullable ReceivedMessage take(Inbox inbox, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        for (;;) {
            ReceivedMessage message = inbox.poll();
            if (message != null) {
                return message;
            }
            long left = Nanos.left(start, nanos);
            if (left <= 0 || !poller.await(inbox.lock, inbox.changed, inbox::isReady, left)) {
                return null;
            }
        }
    }

    /** The same as {@link #take}, without waiting: looks at the sockets once if the inbox is empty. */
    public @Nullable ReceivedMessage takeNow(Inbox inbox) {
        if (!inbox.isReady()) {
            poller.pollNow(inbox::isReady);
        }
        return inbox.poll();
    }

    /** Counts a message that a program opens. */
    public void count(ReceivedMessage message) {
        received.count(message.content().size(), message.content().attachmentCount());
    }

    /**
     * Waits until an inbox that was stopped is drained.
     *
     * @param nanos how long to wait, {@link Long#MAX_VALUE} for no limit
     * @return whether it is drained
     */
    public boolean awaitDrained(Inbox inbox, long nanos) throws InterruptedException {
        return poller.await(inbox.lock, inbox.changed, inbox::isDrained, nanos);
    }
}
