package io.resourcelink.internal.os;

/**
 * A file as the kernel's list of locks names it.
 *
 * @param device the number of its device, as {@link FileStatus#device}
 * @param inode its inode number
 */
record LockedFile(long device, long inode) {}
