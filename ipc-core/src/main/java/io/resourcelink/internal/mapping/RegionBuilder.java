package io.resourcelink.internal.mapping;

import java.lang.foreign.MemorySegment;

/** Shared memory that is being filled, until it is finished or discarded, once. Thread-safe. */
public interface RegionBuilder {

    /**
     * {@return the memory to write to}
     *
     * @throws IllegalStateException if this was finished or discarded
     */
    MemorySegment memory();

    /**
     * Ends writing.
     *
     * @return the region, with one handle
     * @throws IllegalStateException if this was finished or discarded, or a native call uses memory that must not change any more
     */
    Region finish();

    /** Gives the memory back, unless this was finished or discarded before. */
    void discard();

    /** {@return the bytes of the memory} */
    long size();
}
