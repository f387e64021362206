package io.resourcelink.internal.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.jspecify.annotations.Nullable;

/**
 * An open file description of this process: what holds locks, and what the kernel closes when the process dies.
 *
 * <p>Locks are open-file-description locks, fcntl(2): they belong to this object, not to a thread or the process, they
 * conflict with those of every other description, also of this process, and go with the last reference to the
 * description. A mapping made of it is such a reference: a lock is dropped for certain by {@link #unlock}, or by unmapping
 * and closing, not by closing alone.
 *
 * <p>Not thread-safe: whoever opens it sees to it that nobody uses it while it is closed.
 */
public final class OpenFile implements AutoCloseable {

    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;

    private static final long RESERVE_CHUNK = 16L << 20;
    private static final long HUGE_PAGE = 2L << 20;
    private static final long COPY_CHUNK = 256L << 10;
    private static final long POPULATE_CHUNK = 16L << 20;

    /** Whether anybody else has a file in use: open or mapped, in any process, whatever it may be called there. */
    public enum Others {
        /** Nobody has. */
        NONE,
        /** Somebody has, be it for a moment. */
        SOME,
        /** The kernel does not say: not for this file system, or not to this user. */
        UNKNOWN
    }

    /** Where all closing threads leave the error number that nobody reads. */
    private static final CallFrame CLOSING = CallFrame.shared();

    private static final int CLOSED = -1;

    // Three fields, 24 bytes: one object for each reference.
    private final String name;
    private int fd;

    /** Where it is closed if that may wait, {@code null} if it certainly does not. */
    private StrangeFiles.@Nullable Sender sender;

    /** Takes over a descriptor, which is closed if there is no heap for this. */
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

    /** One that another process has sent; where it is closed unless it turns out to be plain. */
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

    /** What errors call it. */
    String name() {
        return name;
    }

    /** The name that /proc has for it, as a C string. */
    MemorySegment procPath(CallFrame frame) {
        return frame.otherString("/proc/self/fd/" + fd());
    }

    /**
     * Opens the file once more, by way of {@code /proc}: another description, which shares no locks with this one. Never
     * waits. One system call.
     *
     * @param frame memory of the calling operation
     * @return the other description, or {@code null} if there is no {@code /proc} or it does not let this process
     */
    public @Nullable OpenFile reopen(CallFrame frame) {
        int opened = Libc.openat(frame, Libc.AT_FDCWD, procPath(frame),
                Libc.O_RDWR | Libc.O_CLOEXEC | Libc.O_NONBLOCK, 0);
        return switch (-opened) {
            case Errno.ENOENT, Errno.EACCES, Errno.EPERM -> null;
            default -> {
                if (opened < 0) {
                    throw Errno.failure("openat", opened, "/proc/self/fd");
                }
                yield of(opened, name);
            }
        };
    }

    /**
     * Asks for the state of the file. One system call.
     *
     * @param frame memory of the calling operation
     * @return what the kernel says
     */
    public FileStatus status(CallFrame frame) {
        int result = Libc.statx(frame, fd(), frame.string(""), statusFlags());
        if (result < 0) {
            throw Errno.failure("statx", result, name);
        }
        FileStatus status = FileStatus.of(frame.statx());
        if (status.isPlain()) {
            sender = null;
        }
        return status;
    }

    /** Of what another process has sent, the kernel says what it knows, and asks no file system that may not answer. */
    private int statusFlags() {
        return sender == null ? Libc.AT_EMPTY_PATH : Libc.AT_EMPTY_PATH | Libc.AT_STATX_DONT_SYNC;
    }

    /**
     * Locks a run of bytes for writing, if no other description has locked any of them. Bytes that this one has already
     * stay locked either way. One system call; never waits.
     *
     * @param frame memory of the calling operation
     * @param start offset of the first byte
     * @param length number of bytes
     * @return whether the lock is held now
     */
    public boolean tryLock(CallFrame frame, long start, long length) {
        int result = Libc.fcntl(frame, fd(), Libc.F_OFD_SETLK, flock(frame, F_WRLCK, start, length));
        if (result == -Errno.EAGAIN || result == -Errno.EACCES) {
            return false;
        }
        if (result < 0) {
            throw Errno.failure("fcntl", result, name);
        }
        return true;
    }

    /**
     * Unlocks a run of bytes, locked or not. One system call.
     *
     * @param frame memory of the calling operation
     * @param start offset of the first byte
     * @param length number of bytes
     */
    public void unlock(CallFrame frame, long start, long length) {
        int result = Libc.fcntl(frame, fd(), Libc.F_OFD_SETLK, flock(frame, F_UNLCK, start, length));
        if (result < 0) {
            throw Errno.failure("fcntl", result, name);
        }
    }

    /**
     * Asks for a lock of another description in a range. One system call; takes no lock.
     *
     * @param frame memory of the calling operation
     * @param start offset of the first byte asked about
     * @param length number of bytes asked about
     * @return some conflicting run, not necessarily the lowest and possibly reaching beyond the range, for a lock without
     * an end up to the last offset there is; or {@code null} if there is none
     */
    public @Nullable LockedRun findLock(CallFrame frame, long start, long length) {
        MemorySegment flock = flock(frame, F_WRLCK, start, length);
        int result = Libc.fcntl(frame, fd(), Libc.F_OFD_GETLK, flock);
        if (result < 0) {
            throw Errno.failure("fcntl", result, name);
        }
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
     * Asks whether anybody else has the file in use, and if nobody has, keeps everybody from opening it until {@link
     * #letOthersIn}, or until this file is closed. The kernel knows it from the number of descriptions, which a mapping
     * keeps alive when its descriptor is closed; it grants a write lease, fcntl(2), to the only one. Needs the file's owner
     * or {@code CAP_LEASE}. Two system calls.
     *
     * <p>Who opens the file meanwhile waits in {@code open}, or is told {@code EWOULDBLOCK} if it must not wait, and the
     * kernel signals this process. That would be {@code SIGIO}, which ends a process that does not expect it; {@code
     * SIGURG} is ignored by default, and so nothing is even queued.
     *
     * @param frame memory of the calling operation
     * @return {@link Others#NONE} if everybody is kept out now
     */
    public Others keepOthersOut(CallFrame frame) {
        int result = Libc.fcntl(frame, fd(), Libc.F_SETSIG, Libc.SIGURG);
        if (result >= 0) {
            result = Libc.fcntl(frame, fd, Libc.F_SETLEASE, F_WRLCK);
        }
        return result >= 0 ? Others.NONE : result == -Errno.EAGAIN ? Others.SOME : Others.UNKNOWN;
    }

    /**
     * Ends what {@link #keepOthersOut} began; whoever waits goes on. One system call.
     *
     * @param frame memory of the calling operation
     */
    public void letOthersIn(CallFrame frame) {
        Libc.fcntl(frame, fd(), Libc.F_SETLEASE, F_UNLCK);
    }

    /**
     * Gives the file a length and the storage for it, so that no later write can meet a full file system. In steps of 16
     * MiB, because a signal makes the kernel undo the step it is in.
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
     * Reads bytes at an offset. One system call.
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
     * Writes bytes at an offset that has storage. One system call.
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
     * Writes bytes at an offset, reserving storage as it goes. Memory on the heap stays where it is during a call, for which
     * all of the JVM waits if it needs a safepoint; so calls are short, 256 KiB. Only for a file that has huge pages they are
     * 2 MiB, as calls for other memory always are, because the kernel takes such a page only for a write that reaches its end.
     * Where they may wait for a disk, memory on the heap is copied out of it first.
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

    /** Whether the kernel would rather be written to in huge pages; it tells of a file that is as long as one. */
    private boolean hasHugePages(CallFrame frame) {
        return Libc.statx(frame, fd(), frame.string(""), Libc.AT_EMPTY_PATH) == 0
                && FileStatus.blockSize(frame.statx()) >= HUGE_PAGE;
    }

    /**
     * Maps the file for reading and writing, and keeps children from inheriting the mapping. Two system calls.
     *
     * @param frame memory of the calling operation
     * @param size bytes to map from the file's start
     * @return the memory, which nothing guards: to be shown to others by way of an arena of theirs, and to be unmapped
     * ({@link #unmap}) when nobody can touch it any more
     */
    public MemorySegment map(CallFrame frame, long size) {
        return map(frame, size, Libc.PROT_READ_WRITE, Libc.MAP_SHARED);
    }

    /**
     * Maps the file for reading, and keeps children from inheriting the mapping. Privately, because a shared mapping of a
     * file that is sealed against writing needs Linux 6.7, and one made before keeps it from being sealed; as long as
     * nobody writes through it, which only a debugger could, it shows the file's own pages all the same. Two system
     * calls.
     *
     * @param frame memory of the calling operation
     * @param size bytes to map from the file's start
     * @return the memory, read-only, as unguarded as that of {@link #map}
     */
    public MemorySegment mapReadOnly(CallFrame frame, long size) {
        return map(frame, size, Libc.PROT_READ, Libc.MAP_PRIVATE);
    }

    @SuppressWarnings("restricted")
    private MemorySegment map(CallFrame frame, long size, int protection, int flags) {
        long address = Libc.mmap(frame, MemorySegment.NULL, size, protection, flags, fd());
        if (address < 0) {
            throw Errno.failure("mmap", address, name);
        }
        try {
            int result = Libc.madvise(frame, address, size, Libc.MADV_DONTFORK);
            if (result < 0) {
                throw Errno.failure("madvise", result, name);
            }
            MemorySegment mapped = MemorySegment.ofAddress(address).reinterpret(size);
            return protection == Libc.PROT_READ ? mapped.asReadOnly() : mapped;
        } catch (Throwable e) {
            Libc.munmap(frame, address, size);
            throw e;
        }
    }

    /**
     * Prepares memory for being written from its first byte to its last, so that not every page of 4 KiB is a fault of its
     * own. A matter of speed only: a kernel before Linux 5.14 does nothing. One system call for each 16 MiB.
     *
     * @param frame memory of the calling operation
     * @param memory what {@link #map} has mapped, with storage for every byte
     */
    public static void populate(CallFrame frame, MemorySegment memory) {
        int result = 0;
        for (long done = 0; done < memory.byteSize() && result == 0; done += POPULATE_CHUNK) {
            result = Libc.madvise(frame, memory.address() + done, Math.min(POPULATE_CHUNK, memory.byteSize() - done),
                    Libc.MADV_POPULATE_WRITE);
        }
    }

    /**
     * Unmaps what {@link #map} or {@link #mapReadOnly} has mapped. Who touches it afterwards ends the JVM, so this is for
     * who knows that nobody can. One system call; if these were the last pages of a file without a name, it frees them.
     *
     * @param memory all of it
     */
    public static void unmap(MemorySegment memory) {
        try (CallFrame frame = new CallFrame()) {
            unmap(frame, memory);
        }
    }

    /**
     * The same with memory that is there already.
     *
     * @param frame memory of the calling operation
     * @param memory all that {@link #map} or {@link #mapReadOnly} has mapped
     */
    public static void unmap(CallFrame frame, MemorySegment memory) {
        int result = Libc.munmap(frame, memory.address(), memory.byteSize());
        if (result < 0) {
            throw Errno.failure("munmap", result, "mapping");
        }
    }

    /**
     * Replaces mapped memory by empty memory of this process at the same place, as if it had been unmapped, but so that
     * nobody who touches it ends the JVM. One system call.
     *
     * @param memory all that {@link #map} or {@link #mapReadOnly} has mapped
     */
    public static void detach(MemorySegment memory) {
        try (CallFrame frame = new CallFrame()) {
            long result = Libc.mmap(frame, memory, memory.byteSize(), Libc.PROT_READ_WRITE,
                    Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_FIXED, -1);
            if (result < 0) {
                throw Errno.failure("mmap", result, "mapping");
            }
        }
    }

    /**
     * Gives the storage of all bytes back, whoever has the file open or mapped; they read as zero. One system call, which
     * frees the pages.
     *
     * @param frame memory of the calling operation
     * @param size bytes of the file
     */
    public void releaseStorage(CallFrame frame, long size) {
        int result = Libc.fallocate(frame, fd(), Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_KEEP_SIZE, 0, size);
        if (result < 0) {
            throw Errno.failure("fallocate", result, name);
        }
    }

    /** Closes the descriptor; its locks go with it unless a mapping is left. Idempotent. One system call. */
    @Override
    public void close() {
        int open = fd;
        if (open != CLOSED) {
            fd = CLOSED;
            if (sender == null) {
                close(open);
            } else {
                sender.close(open);
            }
        }
    }

    /** Closes a descriptor. Allocates nothing, so that it works without heap. What close(2) answers is of no use. */
    static void close(int fd) {
        Libc.close(CLOSING, fd);
    }
}
