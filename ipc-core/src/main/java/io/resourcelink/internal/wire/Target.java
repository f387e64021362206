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
     * Takes room for a message.
     *
     * @param threshold the longest body that travels in a frame, in bytes; a longer one takes a descriptor
     * @return the target that has room and gets the message: this one, or one of several; {@code null} if none has room at the moment
     * @throws DisconnectedException if the receiver is gone
     */
    default @Nullable Target take(EncodedMessage message, int threshold) {
        return window().tryTake(message.memory(), descriptors(message, threshold)) ? this : null;
    }

    /** Gives back what was taken for a message that was not sent. */
    default void giveBack(EncodedMessage message, int threshold) {
        window().add(1, message.memory(), descriptors(message, threshold));
    }

    /** {@return how many descriptors it takes to send a message there} */
    default int descriptors(EncodedMessage message, int threshold) {
        return message.descriptors() + (isLocal() || message.body().length <= threshold ? 0 : 1);
    }

    /**
     * Waits until {@link #take} may have something new for a call whose turn it is.
     *
     * @return whether it has; not if the time is over
     */
    default boolean awaitRoom(Poller poller, WaitLimit limit, Line.Place place) throws InterruptedException {
        Window window = window();
        return limit.await(poller, window.lock, window.changed,
                () -> window.isReady() && (place.isAdmitted() || window.hasEnded()));
    }

    /** Has calls that wait in {@link #awaitRoom} look again, because one of them waits no longer. */
    default void wakeWaiting() {
        Window window = window();
        if (window.isReady()) {
            window.wake();
        }
    }

    /** {@return whether another receiver may take a message that could not be sent} */
    default boolean isOneOfSeveral() {
        return false;
    }

    /** Counts a message that is not sent, because there is no room for it. The receiver is told as soon as it reads. Never waits. */
    default void miss() {}

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
