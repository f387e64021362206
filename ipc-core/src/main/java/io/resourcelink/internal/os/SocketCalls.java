package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Functions of the C library for sockets and how they find each other, pipes and waiting, by their own names; see {@link Libc}. */
final class SocketCalls {

    static final int AF_UNIX = 1;
    static final int SOCK_SEQPACKET = 5;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x8_0000;
    static final int SOL_SOCKET = 1;
    static final int SO_LINGER = 13;
    static final int SO_PEERCRED = 17;
    static final int SCM_RIGHTS = 1;
    static final int MSG_CTRUNC = 0x8;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_CMSG_CLOEXEC = 0x4000_0000;
    static final int SHUT_RDWR = 2;

    /** {@code int socket(int domain, int type, int protocol)}, socket(2). */
    private static final MethodHandle SOCKET = Libc.function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    /** {@code int bind(int fd, const struct sockaddr *addr, socklen_t len)}, bind(2). */
    private static final MethodHandle BIND = Libc.function("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    /** {@code int listen(int fd, int backlog)}, listen(2). */
    private static final MethodHandle LISTEN = Libc.function("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    /** {@code int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)}, accept(2). */
    private static final MethodHandle ACCEPT4 = Libc.function("accept4", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS,
            JAVA_INT);
    /** {@code int connect(int fd, const struct sockaddr *addr, socklen_t len)}, connect(2). */
    private static final MethodHandle CONNECT = Libc.function("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    /** {@code int shutdown(int fd, int how)}, shutdown(2). */
    private static final MethodHandle SHUTDOWN = Libc.function("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
    /** {@code int getsockopt(int fd, int level, int name, void *value, socklen_t *len)}, getsockopt(2). */
    private static final MethodHandle GETSOCKOPT = Libc.function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
            ADDRESS, ADDRESS);
    /** {@code int setsockopt(int fd, int level, int name, const void *value, socklen_t len)}, setsockopt(2). */
    private static final MethodHandle SETSOCKOPT = Libc.function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
            ADDRESS, JAVA_INT);
    /** {@code ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)}, sendmsg(2). */
    private static final MethodHandle SENDMSG = Libc.function("sendmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    /** {@code ssize_t recvmsg(int fd, struct msghdr *msg, int flags)}, recvmsg(2). */
    private static final MethodHandle RECVMSG = Libc.function("recvmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    /** {@code int pipe2(int fds[2], int flags)}, pipe(2). */
    private static final MethodHandle PIPE2 = Libc.function("pipe2", JAVA_INT, ADDRESS, JAVA_INT);

    private SocketCalls() {}

    static int socket(CallFrame frame, int type) {
        try {
            return Libc.result(frame, (int) SOCKET.invokeExact(frame.errnoSlot(), AF_UNIX, type, 0));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int bind(CallFrame frame, int fd, MemorySegment address) {
        try {
            return Libc.result(frame, (int) BIND.invokeExact(frame.errnoSlot(), fd, address, (int) address.byteSize()));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int listen(CallFrame frame, int fd, int backlog) {
        try {
            return Libc.result(frame, (int) LISTEN.invokeExact(frame.errnoSlot(), fd, backlog));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int accept4(CallFrame frame, int fd, int flags) {
        try {
            return Libc.result(frame, (int) ACCEPT4.invokeExact(frame.errnoSlot(), fd, MemorySegment.NULL,
                    MemorySegment.NULL, flags));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int connect(CallFrame frame, int fd, MemorySegment address) {
        try {
            return Libc.result(frame,
                    (int) CONNECT.invokeExact(frame.errnoSlot(), fd, address, (int) address.byteSize()));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int shutdown(CallFrame frame, int fd) {
        try {
            return Libc.result(frame, (int) SHUTDOWN.invokeExact(frame.errnoSlot(), fd, SHUT_RDWR));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int getsockopt(CallFrame frame, int fd, int name, MemorySegment value, MemorySegment length) {
        try {
            return Libc.result(frame, (int) GETSOCKOPT.invokeExact(frame.errnoSlot(), fd, SOL_SOCKET, name, value,
                    length));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int setsockopt(CallFrame frame, int fd, int name, MemorySegment value) {
        try {
            return Libc.result(frame, (int) SETSOCKOPT.invokeExact(frame.errnoSlot(), fd, SOL_SOCKET, name, value,
                    (int) value.byteSize()));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static long sendmsg(CallFrame frame, int fd, MemorySegment message, int flags) {
        try {
            return Libc.result(frame, (long) SENDMSG.invokeExact(frame.errnoSlot(), fd, message, flags));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static long recvmsg(CallFrame frame, int fd, MemorySegment message, int flags) {
        try {
            return Libc.result(frame, (long) RECVMSG.invokeExact(frame.errnoSlot(), fd, message, flags));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    static int pipe2(CallFrame frame, MemorySegment pair) {
        try {
            return Libc.result(frame, (int) PIPE2.invokeExact(frame.errnoSlot(), pair, Libc.O_CLOEXEC));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
