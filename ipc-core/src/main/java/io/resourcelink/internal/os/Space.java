package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Room on a file system.
 *
 * @param total bytes it holds, {@link Long#MAX_VALUE} if unlimited
 * @param free bytes that can be allocated, {@link Long#MAX_VALUE} if unlimited
 * @param files how many more files it can hold, {@link Long#MAX_VALUE} if unlimited
 * @param type its magic number, statfs(2); see {@link FileSystem}
 */
public record Space(long total, long free, long files, long type) {

    // struct statfs, statfs(2), on 64-bit Linux.
    private static final long TYPE = 0;
    private static final long BLOCK_SIZE = 8;
    private static final long BLOCKS = 16;
    private static final long AVAILABLE = 32;
    private static final long FILES = 40;
    private static final long FREE_FILES = 48;
    private static final long ID = 56;

    /** Reads a {@code struct statfs}. */
    static Space of(MemorySegment statfs) {
        long type = type(statfs);
        long block = statfs.get(ValueLayout.JAVA_LONG, BLOCK_SIZE);
        long blocks = statfs.get(ValueLayout.JAVA_LONG, BLOCKS);
        // 0 files: a file system that makes inodes when it needs them. 0 blocks: a tmpfs without a limit.
        long files = statfs.get(ValueLayout.JAVA_LONG, FILES) == 0
                ? Long.MAX_VALUE
                : statfs.get(ValueLayout.JAVA_LONG, FREE_FILES);
        return blocks == 0
                ? new Space(Long.MAX_VALUE, Long.MAX_VALUE, files, type)
                : new Space(blocks * block, statfs.get(ValueLayout.JAVA_LONG, AVAILABLE) * block, files, type);
    }

    /** Reads the id of the file system: two ints. */
    static long fileSystemId(MemorySegment statfs) {
        return (long) statfs.get(ValueLayout.JAVA_INT, ID + Integer.BYTES) << 32
                | Integer.toUnsignedLong(statfs.get(ValueLayout.JAVA_INT, ID));
    }

    /** Reads the type alone. */
    static long type(MemorySegment statfs) {
        return statfs.get(ValueLayout.JAVA_LONG, TYPE);
    }
}
