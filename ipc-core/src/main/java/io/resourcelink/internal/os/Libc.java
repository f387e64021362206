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
 * Functions of the C library for files, by their own names. Each returns the result, or minus {@code errno}, which is captured
 * in the frame of the calling operation. A call costs what it costs in C, and allocates nothing.
 */
final class Libc {

    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_SYMLINK_FOLLOW = 0x400;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_STATX_DONT_SYNC = 0x4000;
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_ACCMODE = 3;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x8_0000;
    static final int O_PATH = 0x20_0000;
    static final int F_GETFL = 3;
    static final int F_SETSIG = 10;
    static final int F_OFD_GETLK = 36;
    static final int F_OFD_SETLK = 37;
    static final int F_SETLEASE = 1024;
    static final int SIGURG = 23;
    static final int FALLOC_FL_KEEP_SIZE = 1;
    static final int FALLOC_FL_PUNCH_HOLE = 2;
    static final int RENAME_NOREPLACE = 1;
    static final int STATX_BASIC_STATS = 0x7ff;
    static final int CLOCK_MONOTONIC = 1;
    static final int CLOCK_BOOTTIME = 7;
    static final int LOCK_SH = 1;
    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;

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
    /** {@code int fchmodat(int dirfd, const char *path, mode_t mode, int flags)}, chmod(2). */
    private static final MethodHandle FCHMODAT = function("fchmodat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    /** {@code int fchownat(int dirfd, const char *path, uid_t owner, gid_t group, int flags)}, chown(2). */
    private static final MethodHandle FCHOWNAT = function("fchownat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT,
            JAVA_INT);
    /** {@code int fchmod(int fd, mode_t mode)}, chmod(2). */
    private static final MethodHandle FCHMOD = function("fchmod", JAVA_INT, JAVA_INT, JAVA_INT);
    /** {@code uid_t geteuid(void)}, geteuid(2). It cannot fail. */
    private static final MethodHandle GETEUID = link("geteuid", Downcall.of(JAVA_INT));

    /** {@code int flock(int fd, int operation)}, flock(2). */
    private static final MethodHandle FLOCK = function("flock", JAVA_INT, JAVA_INT, JAVA_INT);
    /** {@code int symlinkat(const char *target, int dirfd, const char *path)}, symlink(2). */
    private static final MethodHandle SYMLINKAT = function("symlinkat", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
    /** {@code ssize_t readlinkat(int dirfd, const char *path, char *buf, size_t size)}, readlink(2). */
    private static final MethodHandle READLINKAT = function("readlinkat", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS,
            JAVA_LONG);

    private Libc() {}

    static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return link(name, Downcall.of(result, arguments).capturingErrno());
    }

    static MethodHandle variadic(int fixed, String name, MemoryLayout result, MemoryLayout... arguments) {
        return link(name, Downcall.of(result, arguments).capturingErrno().variadicFrom(fixed));
    }

    @SuppressWarnings("restricted")
    static MethodHandle link(String name, Downcall call) {
        MemorySegment symbol = LINKER.defaultLookup().find(name).orElseThrow(() -> new UnsupportedOperationException(
                "The C library of this system has no " + name + "; glibc 2.30 or newer is needed."));
        MutableCallSite site = new MutableCallSite(LINKER.downcallHandle(symbol, call.type(), call.options()));
        LINKED.add(new LinkedFunction(name, call, site));
        return site.dynamicInvoker();
    }

    /** {@return the functions that were linked until now} The metadata for native images names the calls of all of them. */
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
        return statx(frame, dirfd, path, flags, frame.statx());
    }

    static int statx(CallFrame frame, int dirfd, MemorySegment path, int flags, MemorySegment status) {
        try {
            return result(frame,
                    (int) STATX.invokeExact(frame.errnoSlot(), dirfd, path, flags, STATX_BASIC_STATS, status));
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
            throw e; // The memory of a user is closed, or belongs to another thread.
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
        return unlinkat(frame, dirfd, path, 0);
    }

    static int unlinkat(CallFrame frame, int dirfd, MemorySegment path, int flags) {
        try {
            return result(frame, (int) UNLINKAT.invokeExact(frame.errnoSlot(), dirfd, path, flags));
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

    static int fchmodat(CallFrame frame, int dirfd, MemorySegment path, int mode) {
        try {
            return result(frame, (int) FCHMODAT.invokeExact(frame.errnoSlot(), dirfd, path, mode, 0));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Changes the group alone. */
    static int fchownat(CallFrame frame, int dirfd, MemorySegment path, int group) {
        try {
            return result(frame, (int) FCHOWNAT.invokeExact(frame.errnoSlot(), dirfd, path, -1, group,
                    AT_SYMLINK_NOFOLLOW));
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

    static int geteuid() {
        try {
            return (int) GETEUID.invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int flock(CallFrame frame, int fd, int operation) {
        try {
            return result(frame, (int) FLOCK.invokeExact(frame.errnoSlot(), fd, operation));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int symlinkat(CallFrame frame, MemorySegment target, int dirfd, MemorySegment path) {
        try {
            return result(frame, (int) SYMLINKAT.invokeExact(frame.errnoSlot(), target, dirfd, path));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long readlinkat(CallFrame frame, int dirfd, MemorySegment path, MemorySegment buffer) {
        try {
            return result(frame,
                    (long) READLINKAT.invokeExact(frame.errnoSlot(), dirfd, path, buffer, buffer.byteSize()));
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

    /** An error of the JVM stays as it is: a fault, or no heap or stack left. */
    static Error unexpected(Throwable t) {
        if (t instanceof VirtualMachineError own) {
            return own;
        }
        return new AssertionError("A downcall threw; its description does not match its use.", t);
    }
}
