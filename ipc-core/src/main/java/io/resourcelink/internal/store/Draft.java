package io.resourcelink.internal.store;

import java.lang.foreign.MemorySegment;

/** A segment that is complete but for its name. One thread uses it, and either publishes or discards it. */
public interface Draft {

    /** The payload, for writing until the segment has its name. It is not available for a draft that is appended to. */
    MemorySegment payload();

    /**
     * Writes bytes into the payload. The caller writes each byte once, from the first byte on.
     *
     * @throws io.resourcelink.error.OutOfSpaceException if there is no room; the caller then discards the draft
     */
    void append(MemorySegment bytes, long offset);

    /** Gives the segment its name. If that fails, the caller discards the draft. */
    HeldSegment publish();

    /** Undoes everything, even if the store is already closed. Idempotent. Does nothing once the draft is published. */
    void discard();

    /**
     * Frees what {@link #discard} has failed to free, and leaves names to the next sweep. Allocates nothing. Idempotent.
     */
    void release();
}
