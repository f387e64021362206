package io.resourcelink.internal.store;

import java.lang.foreign.MemorySegment;

/** A segment that lacks nothing but its name. Used by one thread, and either published or discarded by it. */
public interface Draft {

    /** The payload, for writing until the segment has its name. Not for one that is appended to. */
    MemorySegment payload();

    /**
     * Writes bytes into the payload, each of them once, from its first byte on.
     *
     * @throws io.resourcelink.error.OutOfSpaceException if there is no room; the draft is to be discarded
     */
    void append(MemorySegment bytes, long offset);

    /** Gives the segment its name. If that fails, the draft is to be discarded. */
    HeldSegment publish();

    /** Undoes everything, also when its store is closed already. Idempotent, and nothing once it is published. */
    void discard();

    /** Frees what {@link #discard} has failed to free, and leaves names to the next sweep. Allocates nothing. Idempotent. */
    void release();
}
