package io.resourcelink.segment;

import java.nio.file.Path;

import io.resourcelink.error.SpaceLimit;

/**
 * Room for segments, shared with everything else in the same place.
 *
 * <p>Later versions may add components. Read them by their accessors; the constructor is for tests.
 *
 * @param total bytes that the file system holds, or {@link Long#MAX_VALUE} if it is not limited
 * @param free bytes that a new segment may take: the least that any limit leaves, or {@link Long#MAX_VALUE} if there is
 * no limit. Memory that this factory keeps for its next segments counts as free, because the factory frees it when room
 * is short.
 * @param limit what limits {@code free}
 * @param source where that limit is: a directory, or the file that it was read from
 */
public record Capacity(long total, long free, SpaceLimit limit, String source) {

    /**
     * {@return the capacity of a directory that does not exist}
     *
     * @param directory the path it would have
     */
    public static Capacity none(Path directory) {
        return new Capacity(0, 0, SpaceLimit.FILE_SYSTEM, directory.toString());
    }
}
