package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;

/**
 * What the kernel says about a file.
 *
 * @param device the file system it is on
 * @param inode its number there
 * @param mode its type and permission bits
 * @param links how many names it has
 * @param owner user id of its owner
 * @param group id of its group
 * @param size its length in bytes
 */
public record FileStatus(long device, long inode, int mode, long links, int owner, int group, long size) {

    private static final int TYPE = 0xF000;
    private static final int REGULAR = 0x8000;
    private static final int PIPE = 0x1000;
    private static final int SOCKET = 0xC000;
    private static final int STICKY = 0x200;

    /** Reads a {@code struct statx}, statx(2), whose layout is the same on every architecture. */
    static FileStatus of(MemorySegment statx) {
        long major = Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, 136));
        long minor = Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, 140));
        return new FileStatus(major << 32 | minor, statx.get(ValueLayout.JAVA_LONG, 32),
                Short.toUnsignedInt(statx.get(ValueLayout.JAVA_SHORT, 28)),
                Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, 16)), statx.get(ValueLayout.JAVA_INT, 20),
                statx.get(ValueLayout.JAVA_INT, 24), statx.get(ValueLayout.JAVA_LONG, 40));
    }

    /** Reads whether it {@link #isPlain()}, and allocates nothing. */
    static boolean isPlain(MemorySegment statx) {
        return isPlain(Short.toUnsignedInt(statx.get(ValueLayout.JAVA_SHORT, 28)));
    }

    private static boolean isPlain(int mode) {
        return (mode & TYPE) == REGULAR || (mode & TYPE) == PIPE;
    }

    /** Reads how large a write the kernel likes best, of the same structure. */
    static long blockSize(MemorySegment statx) {
        return Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, 4));
    }

    /** Reads when the content was changed last, of the same structure. */
    static Instant modified(MemorySegment statx) {
        return Instant.ofEpochSecond(statx.get(ValueLayout.JAVA_LONG, 112), statx.get(ValueLayout.JAVA_INT, 120));
    }

    /**
     * {@return whether both are the same file, whatever its name}
     *
     * @param other another status
     */
    public boolean isSameFileAs(FileStatus other) {
        return inode == other.inode && device == other.device;
    }

    /**
     * {@return 64 bits that are the same for the same file, whatever its name} Different files differ in it, except by chance. Never 0.
     */
    public long fingerprint() {
        long mixed = (device * 0x9E3779B97F4A7C15L) ^ inode;
        return mixed == 0 ? 1 : mixed;
    }

    /** {@return whether it is a regular file: no directory, symbolic link, pipe, socket or device} */
    public boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    /** {@return whether it is a pipe, named or not} */
    public boolean isPipe() {
        return (mode & TYPE) == PIPE;
    }

    /** {@return whether it is a regular file or a pipe: what this library sends, and what is closed without waiting} */
    boolean isPlain() {
        return isPlain(mode);
    }

    /** {@return whether it is a socket} */
    public boolean isSocket() {
        return (mode & TYPE) == SOCKET;
    }

    /** {@return whether it is a directory from which a user may only remove their own files} */
    public boolean isSticky() {
        return (mode & STICKY) != 0;
    }
}
