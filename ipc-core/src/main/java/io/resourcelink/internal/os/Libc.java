package io.resourcelink.internal.os;

import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MutableCallSite;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Functions of the C library, by their own names. Each answers what C answers, or minus {@code errno}, which is captured
 * in the frame of the calling operation. Costs of a call: that of the same call in C, and no allocation.
 */
final class Libc {

    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_SYMLINK_FOLLOW = 0x400;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int AT_STATX_DONT_SYNC = 0x4000;
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x8_0000;
    static final int O_PATH = 0x20_0000;
    static final int F_SETSIG = 10;
    static final int F_OFD_GETLK = 36;
    static final int F_OFD_SETLK = 37;
    static final int F_SETLEASE = 1024;
    static final int SIGURG = 23;
    static final int PROT_READ = 1;
    static final int PROT_READ_WRITE = 3;
    static final int MAP_SHARED = 1;
    static final int MAP_PRIVATE = 2;
    static final int MAP_FIXED = 0x10;
    static final int MAP_ANONYMOUS = 0x20;
    static final int FALLOC_FL_KEEP_SIZE = 1;
    static final int FALLOC_FL_PUNCH_HOLE = 2;
    static final int MADV_DONTFORK = 10;
    /** Linux 5.14. */
    static final int MADV_POPULATE_WRITE = 23;
    static final int RENAME_NOREPLACE = 1;
    static final int STATX_BASIC_STATS = 0x7ff;
    static final int CLOCK_BOOTTIME = 7;

    private static final long FUTEX_NUMBER = Abi.current().futex();

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Set<LinkedFunction> LINKED = ConcurrentHashMap.newKeySet();

    /** {@code int openat(int dirfd, const char *path, int flags, mode_t mode)}, openat(2). Variadic from the mode on. */
    private static final MethodHandle OPENAT = variadic(3, "openat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    /** {@code int close(int fd)}, close(2). */
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
    /** {@code int statx(int dirfd, const char *path, int flags, unsigned mask, struct statx *buf)}, statx(2). */
    private static final MethodHandle STATX = function("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT,
            ADDRESS);
    /** {@code int fstatfs(int fd, struct statfs *buf)}, statfs(2). */
    private static final MethodHandle FSTATFS = function("fstatfs", JAVA_INT, JAVA_INT, ADDRESS);
    /** {@code int fcntl(int fd, int op, struct flock *lock)}, fcntl(2). Variadic from the lock on. */
    private static final MethodHandle FCNTL = variadic(2, "fcntl", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    /** {@code int fcntl(int fd, int op, int arg)}, fcntl(2). Variadic from the argument on. */
    private static final MethodHandle FCNTL_INT = variadic(2, "fcntl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    /** {@code int fallocate(int fd, int mode, off_t offset, off_t size)}, fallocate(2). */
    private static final MethodHandle FALLOCATE = function("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG,
            JAVA_LONG);
    /** {@code ssize_t pread(int fd, void *buf, size_t count, off_t offset)}, pread(2). */
    private static final MethodHandle PREAD = function("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    /** {@code ssize_t pwrite(int fd, const void *buf, size_t count, off_t offset)}, pwrite(2). */
    private static final MethodHandle PWRITE = function("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    /** The same for memory on the heap, which stays where it is during the call, so that a call should be short. */
    private static final MethodHandle PWRITE_HEAP = link("pwrite",
            Downcall.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG).capturingErrno().takingHeap());
    /** {@code void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)}, mmap(2). */
    private static final MethodHandle MMAP = function("mmap", JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT,
            JAVA_INT, JAVA_LONG);
    /** {@code int munmap(void *addr, size_t length)}, munmap(2). */
    private static final MethodHandle MUNMAP = function("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
    /** {@code int madvise(void *addr, size_t length, int advice)}, madvise(2). */
    private static final MethodHandle MADVISE = function("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    /** {@code int linkat(int olddirfd, const char *old, int newdirfd, const char *new, int flags)}, linkat(2). */
    private static final MethodHandle LINKAT = function("linkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS,
            JAVA_INT);
    /** {@code int unlinkat(int dirfd, const char *path, int flags)}, unlinkat(2). */
    private static final MethodHandle UNLINKAT = function("unlinkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    /**
     * {@code int renameat2(int olddirfd, const char *old, int newdirfd, const char *new, unsigned flags)}, renameat2(2).
     */
    private static final MethodHandle RENAMEAT2 = function("renameat2", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS,
            JAVA_INT);
    /** {@code int mkdirat(int dirfd, const char *path, mode_t mode)}, mkdirat(2). */
    private static final MethodHandle MKDIRAT = function("mkdirat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    /** {@code ssize_t getdents64(int fd, void *dirp, size_t count)}, getdents(2); glibc has it since 2.30. */
    private static final MethodHandle GETDENTS64 = function("getdents64", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    /** {@code int clock_gettime(clockid_t clock, struct timespec *tp)}, clock_gettime(2). */
    private static final MethodHandle CLOCK_GETTIME = function("clock_gettime", JAVA_INT, JAVA_INT, ADDRESS);
    /** {@code int inotify_init1(int flags)}, inotify_init(2). */
    private static final MethodHandle INOTIFY_INIT1 = function("inotify_init1", JAVA_INT, JAVA_INT);
    /** {@code int inotify_add_watch(int fd, const char *path, uint32_t mask)}, inotify_add_watch(2). */
    private static final MethodHandle INOTIFY_ADD_WATCH = function("inotify_add_watch", JAVA_INT, JAVA_INT, ADDRESS,
            JAVA_INT);
    /** {@code int eventfd(unsigned int initval, int flags)}, eventfd(2). */
    private static final MethodHandle EVENTFD = function("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    /** {@code int poll(struct pollfd *fds, nfds_t nfds, int timeout)}, poll(2). */
    private static final MethodHandle POLL = function("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    /** {@code ssize_t read(int fd, void *buf, size_t count)}, read(2). */
    private static final MethodHandle READ = function("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    /** {@code ssize_t write(int fd, const void *buf, size_t count)}, write(2). */
    private static final MethodHandle WRITE = function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    /** {@code int fchmodat(int dirfd, const char *path, mode_t mode, int flags)}, chmod(2). */
    private static final MethodHandle FCHMODAT = function("fchmodat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    /** {@code int fchmod(int fd, mode_t mode)}, chmod(2). */
    private static final MethodHandle FCHMOD = function("fchmod", JAVA_INT, JAVA_INT, JAVA_INT);
    /** {@code int memfd_create(const char *name, unsigned int flags)}, memfd_create(2); glibc has it since 2.27. */
    private static final MethodHandle MEMFD_CREATE = function("memfd_create", JAVA_INT, ADDRESS, JAVA_INT);
    /** {@code uid_t geteuid(void)}, geteuid(2). It cannot fail. */
    private static final MethodHandle GETEUID = link("geteuid", Downcall.of(JAVA_INT));
    /** {@code int getpagesize(void)}, getpagesize(2). It cannot fail, and asks nobody: the process has known it from its start. */
    private static final MethodHandle GETPAGESIZE = link("getpagesize", Downcall.of(JAVA_INT));

    /**
     * {@code long syscall(long number, uint32_t *uaddr, int futex_op, uint32_t val, uint32_t val2, uint32_t *uaddr2, uint32_t
     * val3)}, syscall(2) and futex(2); the C library has no function for it. Variadic from the address on.
     */
    private static final MethodHandle FUTEX = variadic(1, "syscall", JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT,
            JAVA_LONG, ADDRESS, JAVA_INT);

    private Libc() {}

    static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return link(name, Downcall.of(result, arguments).capturingErrno());
    }

    static MethodHandle variadic(int fixed, String name, MemoryLayout result, MemoryLayout... arguments) {
        return link(name, Downcall.of(result, arguments).capturingErrno().variadicFrom(fixed));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(String name, Downcall call) {
        MemorySegment symbol = LINKER.defaultLookup().find(name).orElseThrow(() -> new UnsupportedOperationException(
                "The C library of this system has no " + name + "; glibc 2.30 or newer is needed."));
        MutableCallSite site = new MutableCallSite(LINKER.downcallHandle(symbol, call.type(), call.options()));
        LINKED.add(new LinkedFunction(name, call, site));
        return site.dynamicInvoker();
    }

    /** {@return the functions that were linked until now} The metadata for native images names the calls of them all. */
    static Set<LinkedFunction> linked() {
        return Set.copyOf(LINKED);
    }

    static int openat(CallFrame frame, int dirfd, MemorySegment path, int flags, int mode) {
        try {
            return result(frame, (int) OPENAT.invokeExact(frame.errnoSlot(), dirfd, path, flags, mode));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int close(CallFrame frame, int fd) {
        try {
            return result(frame, (int) CLOSE.invokeExact(frame.errnoSlot(), fd));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int statx(CallFrame frame, int dirfd, MemorySegment path, int flags) {
        try {
            return result(frame, (int) STATX.invokeExact(frame.errnoSlot(), dirfd, path, flags, STATX_BASIC_STATS,
                    frame.statx()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int fstatfs(CallFrame frame, int fd) {
        try {
            return result(frame, (int) FSTATFS.invokeExact(frame.errnoSlot(), fd, frame.statfs()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int fcntl(CallFrame frame, int fd, int operation, MemorySegment lock) {
        try {
            return result(frame, (int) FCNTL.invokeExact(frame.errnoSlot(), fd, operation, lock));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int fcntl(CallFrame frame, int fd, int operation, int argument) {
        try {
            return result(frame, (int) FCNTL_INT.invokeExact(frame.errnoSlot(), fd, operation, argument));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int fallocate(CallFrame frame, int fd, int mode, long offset, long size) {
        try {
            return result(frame, (int) FALLOCATE.invokeExact(frame.errnoSlot(), fd, mode, offset, size));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long pread(CallFrame frame, int fd, MemorySegment buffer, long offset) {
        try {
            return result(frame, (long) PREAD.invokeExact(frame.errnoSlot(), fd, buffer, buffer.byteSize(), offset));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long pwrite(CallFrame frame, int fd, MemorySegment buffer, long offset) {
        try {
            return result(frame, (long) PWRITE.invokeExact(frame.errnoSlot(), fd, buffer, buffer.byteSize(), offset));
        } catch (IllegalStateException | WrongThreadException e) {
            throw e; // Of a user's memory that is closed, or another thread's.
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long pwriteHeap(CallFrame frame, int fd, MemorySegment buffer, long offset) {
        try {
            return result(frame,
                    (long) PWRITE_HEAP.invokeExact(frame.errnoSlot(), fd, buffer, buffer.byteSize(), offset));
        } catch (IllegalStateException | WrongThreadException e) {
            throw e;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long mmap(CallFrame frame, MemorySegment address, long size, int protection, int flags, int fd) {
        try {
            return result(frame, (long) MMAP.invokeExact(frame.errnoSlot(), address, size, protection, flags, fd, 0L));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int munmap(CallFrame frame, long address, long size) {
        try {
            return result(frame, (int) MUNMAP.invokeExact(frame.errnoSlot(), address, size));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int madvise(CallFrame frame, long address, long size, int advice) {
        try {
            return result(frame, (int) MADVISE.invokeExact(frame.errnoSlot(), address, size, advice));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int linkat(CallFrame frame, int oldDirfd, MemorySegment oldPath, int newDirfd, MemorySegment newPath,
            int flags) {
        try {
            return result(frame, (int) LINKAT.invokeExact(frame.errnoSlot(), oldDirfd, oldPath, newDirfd, newPath,
                    flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int unlinkat(CallFrame frame, int dirfd, MemorySegment path) {
        try {
            return result(frame, (int) UNLINKAT.invokeExact(frame.errnoSlot(), dirfd, path, 0));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int renameat2(CallFrame frame, int oldDirfd, MemorySegment oldPath, int newDirfd, MemorySegment newPath) {
        try {
            return result(frame, (int) RENAMEAT2.invokeExact(frame.errnoSlot(), oldDirfd, oldPath, newDirfd, newPath,
                    RENAME_NOREPLACE));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int mkdirat(CallFrame frame, int dirfd, MemorySegment path, int mode) {
        try {
            return result(frame, (int) MKDIRAT.invokeExact(frame.errnoSlot(), dirfd, path, mode));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long getdents64(CallFrame frame, int fd, MemorySegment buffer) {
        try {
            return result(frame, (long) GETDENTS64.invokeExact(frame.errnoSlot(), fd, buffer, buffer.byteSize()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int clock_gettime(CallFrame frame, int clock) {
        try {
            return result(frame, (int) CLOCK_GETTIME.invokeExact(frame.errnoSlot(), clock, frame.timespec()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int inotify_init1(CallFrame frame, int flags) {
        try {
            return result(frame, (int) INOTIFY_INIT1.invokeExact(frame.errnoSlot(), flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int inotify_add_watch(CallFrame frame, int fd, MemorySegment path, int mask) {
        try {
            return result(frame, (int) INOTIFY_ADD_WATCH.invokeExact(frame.errnoSlot(), fd, path, mask));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int eventfd(CallFrame frame, int flags) {
        try {
            return result(frame, (int) EVENTFD.invokeExact(frame.errnoSlot(), 0, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int poll(CallFrame frame, MemorySegment descriptors, long count, int timeoutMillis) {
        try {
            return result(frame, (int) POLL.invokeExact(frame.errnoSlot(), descriptors, count, timeoutMillis));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long read(CallFrame frame, int fd, MemorySegment buffer) {
        try {
            return result(frame, (long) READ.invokeExact(frame.errnoSlot(), fd, buffer, buffer.byteSize()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long write(CallFrame frame, int fd, MemorySegment buffer) {
        try {
            return result(frame, (long) WRITE.invokeExact(frame.errnoSlot(), fd, buffer, buffer.byteSize()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int fchmodat(CallFrame frame, int dirfd, MemorySegment path, int mode) {
        try {
            return result(frame, (int) FCHMODAT.invokeExact(frame.errnoSlot(), dirfd, path, mode, 0));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int fchmod(CallFrame frame, int fd, int mode) {
        try {
            return result(frame, (int) FCHMOD.invokeExact(frame.errnoSlot(), fd, mode));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int memfd_create(CallFrame frame, MemorySegment name, int flags) {
        try {
            return result(frame, (int) MEMFD_CREATE.invokeExact(frame.errnoSlot(), name, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Works on one address, and wakes nobody. */
    static long futex(CallFrame frame, MemorySegment address, int operation, int encoded) {
        try {
            return result(frame, (long) FUTEX.invokeExact(frame.errnoSlot(), FUTEX_NUMBER, address, operation, 0, 0L,
                    address, encoded));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int geteuid() {
        try {
            return (int) GETEUID.invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int getpagesize() {
        try {
            return (int) GETPAGESIZE.invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int result(CallFrame frame, int result) {
        return result == -1 ? -frame.errno() : result;
    }

    static long result(CallFrame frame, long result) {
        return result == -1 ? -frame.errno() : result;
    }

    /** What the JVM throws of itself stays what it is: a fault, a heap or a stack that is used up. */
    static Error unexpected(Throwable t) {
        if (t instanceof VirtualMachineError own) {
            return own;
        }
        return new AssertionError("A downcall threw; its description does not match its use.", t);
    }
}
