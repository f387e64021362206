package io.resourcelink.internal.mapping;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;

/*
 * The file of recycled regions. A region has a loan of it: a description of its own with one byte locked. Every process that has the
 * region has a descriptor of the loan, and so has every socket in which it lies. Nobody unlocks the byte. So the kernel drops the lock when
 * nobody has the region any more, and not before.
 *
 * The maker's first description never leaves its process. Through it the maker asks for locks. At a receiver, the mapping was made through
 * a second description, which is closed. A mapping keeps its description, and the one of the loan must not outlive the region.
 */

/**
 * A mapped file that is used for one region after the other: by its maker, which can write to it, or by a receiver, which cannot. It is
 * used by one region at a time, or waits in {@link KeptMemories}, whose monitor guards the fields that are not final.
 */
final class KeptMemory {

    /** The byte that is locked on a loan, far behind any data. */
    private static final long LOAN = 1L << 62;

    private final Mapping mapping;
    private final @Nullable OpenFile file;
    private final long device;
    private final long inode;

    /** From here to the end, all bytes are zero. Only of the maker's, and used by the region that has the file. */
    private long used;

    @Nullable
    KeptMemory next;
    long sinceNanos;

    /** Which search has asked for its locks in vain. */
    long searchedNanos;

    private KeptMemory(Mapping mapping, @Nullable OpenFile file, long device, long inode) {
        this.mapping = mapping;
        this.file = file;
        this.device = device;
        this.inode = inode;
        this.sinceNanos = System.nanoTime();
    }

    /** A file that this process has made, all zero. */
    static KeptMemory made(Mapping mapping, OpenFile file) {
        return new KeptMemory(mapping, file, 0, 0);
    }

    /** A file that another process has made. The mapping alone keeps it. */
    static KeptMemory received(Mapping mapping, FileStatus status) {
        return new KeptMemory(mapping, null, status.device(), status.inode());
    }

    Mapping mapping() {
        return mapping;
    }

    /** {@return the bytes of the file} */
    long capacity() {
        return mapping.size();
    }

    /** Returns whether it is the file that another process has sent. The mapping keeps the inode's number from being used again. */
    boolean isSame(FileStatus status) {
        return inode == status.inode() && device == status.device() && capacity() == status.size();
    }

    /**
     * Returns a loan of a file that this process has made, if no process, and no message on its way, has one.
     *
     * @return the description to send, or {@code null} if the file is held, or the kernel does not let it be opened again
     */
    @Nullable
    OpenFile lend(CallFrame frame) {
        if (file == null || file.findLock(frame, 0, Long.MAX_VALUE) != null) {
            return null;
        }
        OpenFile loan = file.reopen(frame);
        boolean locked = false;
        try {
            locked = loan != null && loan.tryLock(frame, LOAN, 1);
            return locked ? loan : null;
        } finally {
            if (loan != null && !locked) {
                loan.close();
            }
        }
    }

    /** Clears what an earlier use has left behind the next one. The file is sealed against shrinking, and nobody has it. */
    void clearBehind(long size) {
        if (used > size) {
            mapping.memory().asSlice(size, used - size).fill((byte) 0);
        }
        used = size;
    }

    /** Unmaps and closes it, in the calling thread. Never throws. */
    void release() {
        mapping.releaseNow(file);
    }
}
