package io.resourcelink.internal.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.jspecify.annotations.Nullable;

/**
 * An open file description of this process. It holds locks, and the kernel closes it when the process dies.
 *
 * <p>Locks are open-file-description locks, fcntl(2). They belong to this object, not to a thread or the process, so they
 * conflict with those of every other description, even of this process. They end with the last reference to the description. A
 * mapping of the file is such a reference, so closing alone does not end a lock: {@link #unlock} does, or unmapping and closing.
 *
 * <p>Not thread-safe: the caller that opened the file closes it when no thread uses it any more.
 */
public final class OpenFile implements AutoCloseable {

    private static final short F_RDLCK = 0;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;

    private static final long RESERVE_CHUNK = 16L << 20;
    private static final long HUGE_PAGE = 2L << 20;
    private static final long COPY_CHUNK = 256L << 10;

    /** Whether other descriptions of a file are in use: open or mapped, in any process, under any name. */
    public enum Others {
        /** There is none. */
        NONE,
        /** There is one, perhaps only for a moment. */
        SOME,
        /** The kernel does not say: not for this file system, or not to this user. */
        UNKNOWN
    }

    /** Where all closing threads leave the error number, which nothing reads. */
    private static final CallFrame CLOSING = CallFrame.shared();

    private static final int CLOSED = -1;

    // Three fields, 24 bytes: one object for each reference.
    private final String name;
    private int fd;

    /** Closes the descriptor if closing may wait; {@code null} if it certainly does not. */
    private StrangeFiles.@Nullable Sender sender;

    /** Takes over a descriptor, and closes it if there is no heap for this. */
    static OpenFile of(int fd, String name) {
        try {
            return new OpenFile(fd, name);
        } catch (Throwable e) {
            close(fd);
            throw e;
        }
    }

    OpenFile(int fd, String name) {
        this(fd, name, null);
    }

    /** Takes over a descriptor that another process has sent. The sender closes it unless it turns out to be plain. */
    OpenFile(int fd, String name, StrangeFiles.@Nullable Sender sender) {
        this.fd = fd;
        this.name = name;
        this.sender = sender;
    }

    int fd() {
        if (fd == CLOSED) {
            throw new IllegalStateException("The file of \"" + name + "\" is closed.");
        }
        return fd;
    }

    /** What exceptions call it. */
    String name() {
        return name;
    }

    /** The name that /proc has for it, as a C string. */
    MemorySegment procPath(CallFrame frame) {
        return frame.otherString("/proc/self/fd/" + fd());
    }

    /**
     * Opens the file once more, by its path below {@code /proc}. The other description shares no locks with this one. Never
     * waits.
     *
     * @param frame memory of the calling operation
     * @return the other description, or {@code null} if there is no {@code /proc} or the kernel does not allow it
     */
    public @Nullable OpenFile reopen(CallFrame frame) {
        int opened = Libc.openat(frame, Libc.AT_FDCWD, procPath(frame),
                Libc.O_RDWR | Libc.O_CLOEXEC | Libc.O_NONBLOCK, 0);
        return switch (-opened) {
            case Errno.ENOENT, Errno.EACCES, Errno.EPERM -> null;
            default -> of(Errno.checked("openat", opened, "/proc/self/fd"), name);
        };
    }

    /**
     * Asks for the state of the file.
     *
     * @param frame memory of the calling operation
     * @return what the kernel says
     */
    public FileStatus status(CallFrame frame) {
        Errno.checked("statx", Libc.statx(frame, fd(), frame.string(""), statusFlags()), name);
        FileStatus status = FileStatus.of(frame.statx());
        if (status.isPlain()) {
            sender = null;
        }
        return status;
    }

    /** For a file from another process the kernel says what it knows, and asks no file system that may not answer. */
    private int statusFlags() {
        return sender == null ? Libc.AT_EMPTY_PATH : Libc.AT_EMPTY_PATH | Libc.AT_STATX_DONT_SYNC;
    }

    /**
     * Locks a run of bytes for writing, if no other description has locked any of them. Bytes that this description has locked
     * before stay locked either way. Never waits.
     *
     * @param frame memory of the calling operation
     * @param start offset of the first byte
     * @param length number of bytes
     * @return whether the lock is held now
     */
    public boolean tryLock(CallFrame frame, long start, long length) {
        return tryLock(frame, F_WRLCK, start, length);
    }

    /**
     * Locks a run of bytes for reading, if no other description has locked any of them for writing. Never waits.
     *
     * @param frame memory of the calling operation
     * @param start offset of the first byte
     * @param length number of bytes
     * @return whether the lock is held now
     */
    public boolean tryShare(CallFrame frame, long start, long length) {
        return tryLock(frame, F_RDLCK, start, length);
    }

    private boolean tryLock(CallFrame frame, short type, long start, long length) {
        int result = Libc.fcntl(frame, fd(), Libc.F_OFD_SETLK, flock(frame, type, start, length));
        if (result == -Errno.EAGAIN || result == -Errno.EACCES) {
            return false;
        }
        Errno.checked("fcntl", result, name);
        return true;
    }

    /**
     * Unlocks a run of bytes, locked or not.
     *
     * @param frame memory of the calling operation
     * @param start offset of the first byte
     * @param length number of bytes
     */
    public void unlock(CallFrame frame, long start, long length) {
        Errno.checked("fcntl", Libc.fcntl(frame, fd(), Libc.F_OFD_SETLK, flock(frame, F_UNLCK, start, length)), name);
    }

    /**
     * Asks for a lock of another description in a range. Takes no lock.
     *
     * @param frame memory of the calling operation
     * @param start offset of the first byte asked about
     * @param length number of bytes asked about
     * @return one conflicting run, or {@code null} if there is none. It need not be the lowest, and may reach beyond the range;
     * a lock without an end reaches to the last possible offset
     */
    public @Nullable LockedRun findLock(CallFrame frame, long start, long length) {
        MemorySegment flock = flock(frame, F_WRLCK, start, length);
        Errno.checked("fcntl", Libc.fcntl(frame, fd(), Libc.F_OFD_GETLK, flock), name);
        if (flock.get(ValueLayout.JAVA_SHORT, 0) == F_UNLCK) {
            return null;
        }
        long from = flock.get(ValueLayout.JAVA_LONG, 8);
        long held = flock.get(ValueLayout.JAVA_LONG, 16);
        return new LockedRun(from, held == 0 ? Long.MAX_VALUE - from : held);
    }

    /** Fills a {@code struct flock}, fcntl(2): type, whence (0, from the start), start, length, pid (0, as OFD asks). */
    private static MemorySegment flock(CallFrame frame, short type, long start, long length) {
        MemorySegment flock = frame.flock();
        flock.set(ValueLayout.JAVA_SHORT, 0, type);
        flock.set(ValueLayout.JAVA_SHORT, 2, (short) 0);
        flock.set(ValueLayout.JAVA_LONG, 8, start);
        flock.set(ValueLayout.JAVA_LONG, 16, length);
        flock.set(ValueLayout.JAVA_INT, 24, 0);
        return flock;
    }

    /**
     * Asks whether another description of the file is in use. If there is none, no process can open the file until {@link
     * #letOthersIn}, or until this file is closed. The kernel grants a write lease, fcntl(2), to the only description of a
     * file; a mapping keeps a description alive after its descriptor was closed. Needs the file's owner or {@code CAP_LEASE}.
     *
     * <p>A process that opens the file meanwhile waits in {@code open}, or gets {@code EWOULDBLOCK} if it must not wait, and the
     * kernel signals this process. The default signal {@code SIGIO} would end a process that does not expect it. {@code SIGURG}
     * is ignored by default, so the kernel does not even queue it.
     *
     * @param frame memory of the calling operation
     * @return {@link Others#NONE} if others are kept out now
     */
    public Others keepOthersOut(CallFrame frame) {
        int result = Libc.fcntl(frame, fd(), Libc.F_SETSIG, Libc.SIGURG);
        if (result >= 0) {
            result = Libc.fcntl(frame, fd, Libc.F_SETLEASE, F_WRLCK);
        }
        return result >= 0 ? Others.NONE : result == -Errno.EAGAIN ? Others.SOME : Others.UNKNOWN;
    }

    /**
     * Ends what {@link #keepOthersOut} began. Processes that wait for the file go on.
     *
     * @param frame memory of the calling operation
     */
    public void letOthersIn(CallFrame frame) {
        Libc.fcntl(frame, fd(), Libc.F_SETLEASE, F_UNLCK);
    }

    /**
     * Gives the file a length and the storage for it, so that no later write meets a full file system. Works in steps of 16
     * MiB, because the kernel undoes the step that a signal interrupts.
     *
     * @param frame memory of the calling operation
     * @param size the length in bytes
     * @return whether there was room
     */
    public boolean reserve(CallFrame frame, long size) {
        for (long done = 0; done < size;) {
            long chunk = Math.min(RESERVE_CHUNK, size - done);
            int result = Libc.fallocate(frame, fd(), 0, done, chunk);
            if (result == 0) {
                done += chunk;
            } else if (Errno.isLackOfSpace(-result)) {
                return false;
            } else if (result != -Errno.EINTR) {
                throw Errno.failure("fallocate", result, name);
            }
        }
        return true;
    }

    /**
     * Reads bytes at an offset.
     *
     * @param frame memory of the calling operation
     * @param target native memory to fill
     * @param offset where to read, in bytes
     * @return how many were there
     */
    public long read(CallFrame frame, MemorySegment target, long offset) {
        long result = Libc.pread(frame, fd(), target, offset);
        if (result < 0) {
            throw Errno.failure("pread", result, name);
        }
        return result;
    }

    /**
     * Writes bytes at an offset that has storage.
     *
     * @param frame memory of the calling operation
     * @param source native memory to write
     * @param offset where to write, in bytes
     */
    public void write(CallFrame frame, MemorySegment source, long offset) {
        long result = Libc.pwrite(frame, fd(), source, offset);
        if (result != source.byteSize()) {
            throw Errno.failure("pwrite", result < 0 ? result : -Errno.ENOSPC, name);
        }
    }

    /**
     * Writes bytes at an offset, and reserves storage on the way. Memory on the heap cannot move during a call, and a safepoint
     * of the JVM waits for the call. So a call writes 256 KiB from the heap, and 2 MiB from other memory. For a file with huge
     * pages it is always 2 MiB, because the kernel takes such a page only for a write that reaches its end. If a call may wait
     * for a disk, memory on the heap is copied out first.
     *
     * @param frame memory of the calling operation
     * @param source what to write, on the heap or not
     * @param offset where to write, in bytes
     * @param mayWait whether a call may wait for a disk
     * @return whether there was room; if not, some of it may have been written
     */
    public boolean append(CallFrame frame, MemorySegment source, long offset, boolean mayWait) {
        if (source.isNative() || !mayWait) {
            return append(frame, source, offset);
        }
        try (Arena buffers = Arena.ofConfined()) {
            MemorySegment buffer = buffers.allocate(COPY_CHUNK);
            for (long done = 0; done < source.byteSize(); done += COPY_CHUNK) {
                MemorySegment chunk = buffer.asSlice(0, Math.min(COPY_CHUNK, source.byteSize() - done));
                if (!append(frame, chunk.copyFrom(source.asSlice(done, chunk.byteSize())), offset + done)) {
                    return false;
                }
            }
            return true;
        }
    }

    private boolean append(CallFrame frame, MemorySegment source, long offset) {
        long piece = source.isNative() ? HUGE_PAGE : COPY_CHUNK;
        boolean asked = piece == HUGE_PAGE;
        for (long done = 0; done < source.byteSize();) {
            long at = offset + done;
            if (!asked && at >= HUGE_PAGE && source.byteSize() - done > piece) {
                asked = true;
                piece = hasHugePages(frame) ? HUGE_PAGE : piece;
            }
            MemorySegment chunk = source.asSlice(done, Math.min(piece - at % piece, source.byteSize() - done));
            long result = chunk.isNative()
                    ? Libc.pwrite(frame, fd(), chunk, at)
                    : Libc.pwriteHeap(frame, fd(), chunk, at);
            if (result == 0 || Errno.isLackOfSpace((int) -result)) {
                return false;
            }
            if (result > 0) {
                done += result;
            } else if (result != -Errno.EINTR) {
                throw Errno.failure("pwrite", result, name);
            }
        }
        return true;
    }

    /** Whether the kernel prefers writes of huge pages. It says so of a file that is as long as one. */
    private boolean hasHugePages(CallFrame frame) {
        return Libc.statx(frame, fd(), frame.string(""), Libc.AT_EMPTY_PATH) == 0
                && FileStatus.blockSize(frame.statx()) >= HUGE_PAGE;
    }

    /**
     * Gives the storage of all bytes back, even if other processes have the file open or mapped. The bytes read as zero from
     * then on. Frees the pages, which takes time.
     *
     * @param frame memory of the calling operation
     * @param size bytes of the file
     */
    public void releaseStorage(CallFrame frame, long size) {
        int mode = Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_KEEP_SIZE;
        Errno.checked("fallocate", Libc.fallocate(frame, fd(), mode, 0, size), name);
    }

    /**
     * Closes the descriptor. Its locks end, unless a mapping is left. A second call does nothing, unless the first one has failed: what
     * can fail, for lack of heap or stack, comes before the system call.
     */
    @Override
    public void close() {
        int open = fd;
        if (open != CLOSED) {
            fd = CLOSED;
            try {
                if (sender == null) {
                    close(open);
                } else {
                    sender.close(open);
                }
            } catch (Throwable e) {
                fd = open;
                throw e;
            }
        }
    }

    /** Closes a descriptor. Allocates nothing, so that it works without heap. The result of close(2) is of no use. */
    static void close(int fd) {
        Libc.close(CLOSING, fd);
    }
}
