package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;

/** A receiver, as senders of this channel see it. Its senders are counted: the receiver is told when the last one is closed. */
public interface Target extends PendingRequest.Receiver {

    /** Counts one more sender, unless there is none any more. */
    boolean tryJoin();

    /** {@return the receiver's process, for people} */
    String peer();

    /** {@return the id of the receiver's process, 0 if it is gone or cannot be seen from here} */
    long process();

    /** {@return how much may be sent at the moment} */
    Window window();

    /**
     * Sends a message for which the window had room.
     *
     * @param request takes the reply, {@code null} if none is wanted. It counts as one sender, which this method's caller has
     * counted, until it is done
     * @param limit how long to wait for room in the socket
     * @return whether there was room in time
     * @throws DisconnectedException if the receiver is gone
     */
    boolean send(EncodedMessage message, @Nullable PendingRequest request, WaitLimit limit)
            throws InterruptedException;

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
    TicketedSender ticket(WaitLimit limit) throws InterruptedException;
}
