package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;

/** A receiver, as senders of this channel see it. Its senders are counted: the receiver is told when the last one is closed. */
public interface Target {

    /** Counts one more sender, unless there is none any more. */
    boolean tryJoin();

    /** Counts one sender less. Never waits. */
    void leave();

    /** {@return how much may be sent at the moment} */
    Window window();

    /**
     * Sends a message for which the window had room.
     *
     * @return whether there was room in the socket in time
     * @throws DisconnectedException if the receiver is gone
     */
    boolean send(EncodedMessage message, long nanos) throws InterruptedException;

    /** {@return whether messages stay in this process, so that they must not change after they were sent} */
    default boolean isLocal() {
        return false;
    }

    /**
     * Issues a ticket for a sender that is about to travel.
     *
     * @return the ticket, {@code null} if there was no room in the socket in time
     */
    @Nullable
    TicketedSender ticket(long nanos) throws InterruptedException;
}
