package io.resourcelink.internal.os;

/**
 * Room on a file system.
 *
 * @param total bytes it holds, {@link Long#MAX_VALUE} if unlimited
 * @param free bytes that can be allocated, {@link Long#MAX_VALUE} if unlimited
 * @param files how many more files it can hold, {@link Long#MAX_VALUE} if unlimited
 * @param type its magic number, statfs(2); see {@link FileSystem}
 */
public record Space(long total, long free, long files, long type) {}
