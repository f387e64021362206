package io.resourcelink;

import java.nio.file.Path;

import io.resourcelink.os.CallFrame;

/**
 * What a store may keep that nobody uses at the moment.
 *
 * @param recycling files of segments that were published here
 * @param mappings files of such segments of others
 * @param needed to be run whenever something is kept, so that it does not stay for longer than it should
 */
record Upkeep(Retention recycling, Retention mappings, Runnable needed) {

    static final Upkeep NOTHING_KEPT = new Upkeep(Retention.NONE, Retention.NONE, () -> {});

    /** Where processes that take no locks find every segment. */
    private static final Path COMMON = Path.of("/dev/shm");

    /** What is kept takes no more than this part of the room. */
    private static final long PART = 4;

    /** What of it is right for a directory: nothing is recycled on a disk, nor among those who take no locks. */
    Upkeep within(SegmentDirectory directory, CallFrame frame) {
        if (directory.kind() != ResourceKind.SHARED_MEMORY || directory.path().equals(COMMON)) {
            return NOTHING_KEPT;
        }
        long limit = directory.capacity(frame).total() / PART;
        return new Upkeep(recycling.atMost(limit), mappings, needed);
    }
}
