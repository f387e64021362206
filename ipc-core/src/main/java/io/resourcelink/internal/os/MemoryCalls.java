package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Functions of the C library for mappings and for files without a name, by their own names; see {@link Libc}. */
final class MemoryCalls {

    static final int PROT_READ = 1;
    static final int PROT_READ_WRITE = 3;
    static final int MAP_SHARED = 1;
    static final int MAP_PRIVATE = 2;
    static final int MAP_FIXED = 0x10;
    static final int MAP_ANONYMOUS = 0x20;
    static final int MADV_DONTFORK = 10;
    /** Linux 5.14. */
    static final int MADV_POPULATE_WRITE = 23;

    private static final long FUTEX_NUMBER = Abi.current().futex();

    /** {@code void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)}, mmap(2). */
    private static final MethodHandle MMAP = Libc.function("mmap", JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT,
            JAVA_INT, JAVA_LONG);
    /** {@code int munmap(void *addr, size_t length)}, munmap(2). */
    private static final MethodHandle MUNMAP = Libc.function("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
    /** {@code int madvise(void *addr, size_t length, int advice)}, madvise(2). */
    private static final MethodHandle MADVISE = Libc.function("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    /** {@code int memfd_create(const char *name, unsigned int flags)}, memfd_create(2); glibc has it since 2.27. */
    private static final MethodHandle MEMFD_CREATE = Libc.function("memfd_create", JAVA_INT, ADDRESS, JAVA_INT);
    /**
     * {@code long syscall(long number, uint32_t *uaddr, int futex_op, uint32_t val, uint32_t val2, uint32_t *uaddr2, uint32_t
     * val3)}, syscall(2) and futex(2); the C library has no function for it. Variadic from the address on.
     */
    private static final MethodHandle FUTEX = Libc.variadic(1, "syscall", JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT,
            JAVA_INT,
            JAVA_LONG, ADDRESS, JAVA_INT);
    /** {@code int getpagesize(void)}, getpagesize(2). It cannot fail and makes no system call: the process knows it from its start. */
    private static final MethodHandle GETPAGESIZE = Libc.link("getpagesize", Downcall.of(JAVA_INT));

    private MemoryCalls() {}

    static long mmap(CallFrame frame, MemorySegment address, long size, int protection, int flags, int fd) {
        try {
            return Libc.result(frame,
                    (long) MMAP.invokeExact(frame.errnoSlot(), address, size, protection, flags, fd, 0L));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int munmap(CallFrame frame, long address, long size) {
        try {
            return Libc.result(frame, (int) MUNMAP.invokeExact(frame.errnoSlot(), address, size));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int madvise(CallFrame frame, long address, long size, int advice) {
        try {
            return Libc.result(frame, (int) MADVISE.invokeExact(frame.errnoSlot(), address, size, advice));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int memfd_create(CallFrame frame, MemorySegment name, int flags) {
        try {
            return Libc.result(frame, (int) MEMFD_CREATE.invokeExact(frame.errnoSlot(), name, flags));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Works on one address, and wakes no thread. */
    static long futex(CallFrame frame, MemorySegment address, int operation, int encoded) {
        try {
            return Libc.result(frame,
                    (long) FUTEX.invokeExact(frame.errnoSlot(), FUTEX_NUMBER, address, operation, 0, 0L,
                            address, encoded));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int getpagesize() {
        try {
            return (int) GETPAGESIZE.invokeExact();
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
