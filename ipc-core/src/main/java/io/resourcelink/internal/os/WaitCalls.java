package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Functions of the C library for waiting until something happens, by their own names; see {@link Libc}. */
final class WaitCalls {

    static final int EPOLL_CLOEXEC = 0x8_0000;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLL_CTL_MOD = 3;

    /** {@code int inotify_init1(int flags)}, inotify_init(2). */
    private static final MethodHandle INOTIFY_INIT1 = Libc.function("inotify_init1", JAVA_INT, JAVA_INT);
    /** {@code int inotify_add_watch(int fd, const char *path, uint32_t mask)}, inotify_add_watch(2). */
    private static final MethodHandle INOTIFY_ADD_WATCH = Libc.function("inotify_add_watch", JAVA_INT, JAVA_INT,
            ADDRESS,
            JAVA_INT);
    /** {@code int eventfd(unsigned int initval, int flags)}, eventfd(2). */
    private static final MethodHandle EVENTFD = Libc.function("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    /** {@code int poll(struct pollfd *fds, nfds_t nfds, int timeout)}, poll(2). */
    private static final MethodHandle POLL = Libc.function("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    /** {@code ssize_t read(int fd, void *buf, size_t count)}, read(2). */
    private static final MethodHandle READ = Libc.function("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    /** {@code ssize_t write(int fd, const void *buf, size_t count)}, write(2). */
    private static final MethodHandle WRITE = Libc.function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    /** {@code int epoll_create1(int flags)}, epoll_create(2). */
    private static final MethodHandle EPOLL_CREATE1 = Libc.function("epoll_create1", JAVA_INT, JAVA_INT);
    /** {@code int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)}, epoll_ctl(2). */
    private static final MethodHandle EPOLL_CTL = Libc.function("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
            ADDRESS);
    /** {@code int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout)}, epoll_wait(2). */
    private static final MethodHandle EPOLL_WAIT = Libc.function("epoll_wait", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT,
            JAVA_INT);

    private WaitCalls() {}

    /** Links the functions now, by being called. */
    static void prepare() {}

    static int inotify_init1(CallFrame frame, int flags) {
        try {
            return Libc.result(frame, (int) INOTIFY_INIT1.invokeExact(frame.errnoSlot(), flags));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int inotify_add_watch(CallFrame frame, int fd, MemorySegment path, int mask) {
        try {
            return Libc.result(frame, (int) INOTIFY_ADD_WATCH.invokeExact(frame.errnoSlot(), fd, path, mask));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int eventfd(CallFrame frame, int flags) {
        try {
            return Libc.result(frame, (int) EVENTFD.invokeExact(frame.errnoSlot(), 0, flags));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int poll(CallFrame frame, MemorySegment descriptors, long count, int timeoutMillis) {
        try {
            return Libc.result(frame, (int) POLL.invokeExact(frame.errnoSlot(), descriptors, count, timeoutMillis));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static long read(CallFrame frame, int fd, MemorySegment buffer) {
        try {
            return Libc.result(frame, (long) READ.invokeExact(frame.errnoSlot(), fd, buffer, buffer.byteSize()));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static long write(CallFrame frame, int fd, MemorySegment buffer) {
        try {
            return Libc.result(frame, (long) WRITE.invokeExact(frame.errnoSlot(), fd, buffer, buffer.byteSize()));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int epoll_create1(CallFrame frame) {
        try {
            return Libc.result(frame, (int) EPOLL_CREATE1.invokeExact(frame.errnoSlot(), EPOLL_CLOEXEC));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int epoll_ctl(CallFrame frame, int epoll, int operation, int fd, MemorySegment event) {
        try {
            return Libc.result(frame, (int) EPOLL_CTL.invokeExact(frame.errnoSlot(), epoll, operation, fd, event));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int epoll_wait(CallFrame frame, int epoll, MemorySegment events, int count, int timeoutMillis) {
        try {
            return Libc.result(frame,
                    (int) EPOLL_WAIT.invokeExact(frame.errnoSlot(), epoll, events, count, timeoutMillis));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
