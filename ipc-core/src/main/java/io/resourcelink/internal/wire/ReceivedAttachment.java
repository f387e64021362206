package io.resourcelink.internal.wire;

/** Something that a received message carries, not opened yet. Either opened or discarded, once. Used by one thread. */
public interface ReceivedAttachment {

    /**
     * Opens it. What it was made of is used up, also if this fails.
     *
     * @return a {@link io.resourcelink.memory.SharedMemory}, a {@link io.resourcelink.ResourceLink} or a {@link
     * JoinedTarget}, the caller's to close
     */
    AutoCloseable open();

    /** Gives it up. */
    void discard();
}
