package io.resourcelink.internal.wire;

/**
 * Something that a message carries beside its bytes: shared memory, a link or a sender. The message borrows it from its
 * sender. Used by one thread.
 */
public abstract class Attachment {

    private final AutoCloseable handle;

    Attachment(AutoCloseable handle) {
        this.handle = handle;
    }

    /** {@return the object that the sender of the message has named} */
    public final AutoCloseable handle() {
        return handle;
    }

    /** {@return how many descriptors it takes to send this} */
    int descriptors() {
        return 1;
    }

    /** {@return the bytes of memory that it keeps from being used again} */
    abstract long memory();

    /**
     * Adds this to a message for another process.
     *
     * @return whether that was possible in time
     */
    abstract boolean addTo(OutgoingMessage message, WaitLimit limit) throws InterruptedException;

    /** {@return a copy of its own for a receiver in this process} */
    abstract ReceivedAttachment copy();

    /** Ends the borrowing. The handle stays open. */
    void release() {}
}
