package io.resourcelink.segment;

import java.nio.file.Path;

import io.resourcelink.error.SpaceLimit;

/**
 * Room for segments, shared with everything else that lives in the same place.
 *
 * @param total bytes that the file system holds, or {@link Long#MAX_VALUE} if it is not limited
 * @param free bytes that a new segment may take, the least that any limit leaves, or {@link Long#MAX_VALUE} if there is none.
 * Memory that this factory keeps for its next segments counts as free, because it is given up when room is short.
 * @param limit what limits {@code free}
 * @param source where that limit is: a directory, or the file that it was read from
 */
public record Capacity(long total, long free, SpaceLimit limit, String source) {

    /**
     * {@return the capacity of a directory that does not exist}
     *
     * @param directory where it would be
     */
    public static Capacity none(Path directory) {
        return new Capacity(0, 0, SpaceLimit.FILE_SYSTEM, directory.toString());
    }
}
