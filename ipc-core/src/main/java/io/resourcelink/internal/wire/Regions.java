package io.resourcelink.internal.wire;

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
     */
    static SharedMemory received(OpenFile file, long size) {
        return Region.DOOR.outside(Region.received(file, size), SharedMemory.class);
    }
}
