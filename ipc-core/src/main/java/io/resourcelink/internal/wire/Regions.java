package io.resourcelink.internal.wire;

import io.resourcelink.internal.mapping.RecycledRegion;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.memory.SharedMemory;

/** The way from shared memory to its descriptor and back. */
final class Regions {

    private Regions() {}

    /** {@return the region behind a handle; to be retained before its descriptor is used} */
    static Region of(SharedMemory memory) {
        return Region.DOOR.inside(memory);
    }

    /**
     * Makes a handle of a descriptor that another process has sent.
     *
     * @param file the descriptor, which is closed if it is refused
     * @param size the size that the other process claims
     * @param recycled whether the other process claims to use the file for one region after the other
     */
    static SharedMemory received(OpenFile file, long size, boolean recycled) {
        Region region = recycled ? RecycledRegion.received(file, size) : Region.received(file, size);
        return Region.DOOR.outside(region, SharedMemory.class);
    }
}
