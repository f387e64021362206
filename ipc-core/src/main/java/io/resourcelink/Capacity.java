package io.resourcelink;

/**
 * Room on the file system of a segment directory, shared with everything else that lives there.
 *
 * @param total bytes the file system holds, or {@link Long#MAX_VALUE} if it is not limited
 * @param free bytes that can still be allocated, or {@link Long#MAX_VALUE} if it is not limited
 */
public record Capacity(long total, long free) {}
