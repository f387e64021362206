package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.UnresponsiveException;

/**
 * A Unix-domain socket that keeps the bounds of packets, {@code SOCK_SEQPACKET}, unix(7): a packet arrives whole, in order
 * and with its descriptors, or not at all. Never blocks: a method that cannot do its work at once returns that.
 *
 * <p>Sockets have names in a {@link Directory}. They are reached by a path below {@code /proc/self/fd}, because an address has
 * room for 107 bytes only.
 *
 * <p>One thread at a time may send, and one at a time may receive. The caller that closes it makes sure that no thread does.
 */
public final class PacketSocket implements AutoCloseable {

    static final int TYPE = SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC | SocketCalls.SOCK_NONBLOCK;
    private static final int SEND = SocketCalls.MSG_DONTWAIT | SocketCalls.MSG_NOSIGNAL;
    private static final int RECEIVE = SocketCalls.MSG_DONTWAIT | SocketCalls.MSG_CMSG_CLOEXEC;
    private static final int BACKLOG = 4096;
    private static final int PATH_SIZE = 108;

    private final OpenFile file;
    private final String name;

    private PacketSocket(OpenFile file, String name) {
        this.file = file;
        this.name = name;
    }

    static PacketSocket of(int fd, String name) {
        OpenFile file = OpenFile.of(fd, name);
        try {
            return new PacketSocket(file, name);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    /** {@return the descriptor, for a {@link Readiness} to watch} */
    public OpenFile file() {
        return file;
    }

    /**
     * Makes a socket that others can connect to.
     *
     * @param directory where its name goes
     * @param name its name, which must be new; removed by {@link Directory#unlink}
     * @return the listening socket, or {@code null} if the name is taken
     */
    public static @Nullable PacketSocket listen(Directory directory, String name) {
        return listen(directory, name, BACKLOG);
    }

    /** The same, with room for {@code backlog} and one connections that are not accepted yet. */
    static @Nullable PacketSocket listen(Directory directory, String name, int backlog) {
        try (CallFrame frame = new CallFrame()) {
            PacketSocket socket = of(Errno.checked("socket", SocketCalls.socket(frame, TYPE), name), name);
            try {
                int bound = SocketCalls.bind(frame, socket.file.fd(), address(frame, directory, name));
                if (bound == -Errno.EADDRINUSE) {
                    socket.close();
                    return null;
                }
                Errno.checked("bind", bound, name);
                Errno.checked("listen", SocketCalls.listen(frame, socket.file.fd(), backlog), name);
                return socket;
            } catch (RuntimeException | Error e) {
                socket.close();
                throw e;
            }
        }
    }

    /**
     * Connects to a listening socket.
     *
     * @param directory where its name is
     * @param name its name
     * @return the connection, or {@code null} if there is no such name or no process listens there any more
     * @throws UnresponsiveException if too many connections wait to be accepted there; the caller tries again later
     */
    public static @Nullable PacketSocket connect(Directory directory, String name) {
        try (CallFrame frame = new CallFrame()) {
            PacketSocket socket = of(Errno.checked("socket", SocketCalls.socket(frame, TYPE), name), name);
            try {
                int result = SocketCalls.connect(frame, socket.file.fd(), address(frame, directory, name));
                if (result == -Errno.ENOENT || result == -Errno.ECONNREFUSED) {
                    socket.close();
                    return null;
                }
                if (result == -Errno.EAGAIN) {
                    throw new UnresponsiveException("Socket " + name,
                            "more connections than the system keeps wait to be accepted there.");
                }
                Errno.checked("connect", result, name);
                return socket;
            } catch (RuntimeException | Error e) {
                socket.close();
                throw e;
            }
        }
    }

    /**
     * Asks whether no process has the socket of a name any more, without disturbing a process that has it. Tries a connection
     * of another type, which the kernel refuses for one reason if the socket is alive, and for another if it is dead. A file
     * that is not a socket is refused as a dead one is, so the type is asked for first.
     *
     * @param directory where the name is
     * @param name the name
     * @return whether it is a socket that certainly no process has
     */
    public static boolean isAbandoned(Directory directory, String name) {
        try (CallFrame frame = new CallFrame()) {
            FileStatus status = directory.status(frame, name);
            if (status == null || !status.isSocket()) {
                return false;
            }
            int type = SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC | SocketCalls.SOCK_NONBLOCK;
            try (PacketSocket probe = of(Errno.checked("socket", SocketCalls.socket(frame, type), name), name)) {
                return SocketCalls.connect(frame, probe.file.fd(),
                        address(frame, directory, name)) == -Errno.ECONNREFUSED;
            }
        }
    }

    /** A {@code struct sockaddr_un}, unix(7): family, then the path. */
    private static MemorySegment address(CallFrame frame, Directory directory, String name) {
        byte[] path = ("/proc/self/fd/" + directory.fd() + "/" + name).getBytes(StandardCharsets.UTF_8);
        if (path.length >= PATH_SIZE) {
            throw new IllegalArgumentException("The name of a socket may have up to 80 bytes: " + name);
        }
        MemorySegment address = frame.allocate(2 + path.length + 1L);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) SocketCalls.AF_UNIX);
        MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
        return address;
    }

    /**
     * Takes a connection that another process has made.
     *
     * @return the connection, or {@code null} if none is waiting
     * @throws io.resourcelink.error.OsException if this process has no descriptor left for it; the connection goes on waiting
     */
    public @Nullable PacketSocket accept() {
        try (CallFrame frame = new CallFrame()) {
            int fd = SocketCalls.accept4(frame, file.fd(), SocketCalls.SOCK_CLOEXEC | SocketCalls.SOCK_NONBLOCK);
            return fd == -Errno.EAGAIN || fd == -Errno.ECONNABORTED || fd == -Errno.EINTR
                    ? null
                    : of(Errno.checked("accept4", fd, name), name);
        }
    }

    /**
     * The process at the other end when the connection was made.
     *
     * @param process the process id, as seen from here; 0 if it cannot be seen
     * @param user the user id
     */
    public record Peer(int process, int user) {}

    /** {@return the process at the other end, as the kernel knows it, unix(7)} */
    public Peer peer() {
        try (CallFrame frame = new CallFrame()) {
            MemorySegment credentials = frame.buffer();
            MemorySegment length = credentials.asSlice(16, 4);
            length.set(ValueLayout.JAVA_INT, 0, 12);
            Errno.checked("getsockopt",
                    SocketCalls.getsockopt(frame, file.fd(), SocketCalls.SO_PEERCRED, credentials, length),
                    name);
            return new Peer(credentials.get(ValueLayout.JAVA_INT, 0), credentials.get(ValueLayout.JAVA_INT, 4));
        }
    }

    /** The outcome of sending. */
    public enum Sent {
        /** The packet is on its way. */
        DONE,
        /** There is no room for it at the moment; nothing was sent. */
        FULL,
        /** The processes of this user have as many descriptors in sockets as they may; nothing was sent, unix(7). */
        CROWDED,
        /** The other end is closed. */
        ENDED
    }

    /**
     * Sends a packet. The kernel copies the bytes. The descriptors stay open here, too.
     *
     * @param packet what to send
     * @param length how many of its bytes
     * @param descriptors what travels with it, at most {@link Packet#MAX_DESCRIPTORS}
     * @return the outcome
     */
    public Sent send(Packet packet, long length, List<OpenFile> descriptors) {
        long result;
        do {
            result = SocketCalls.sendmsg(packet.frame(), file.fd(), packet.outgoing(length, descriptors), SEND);
        } while (result == -Errno.EINTR);
        if (result >= 0) {
            return Sent.DONE;
        }
        return switch ((int) -result) {
            case Errno.EAGAIN -> Sent.FULL;
            case Errno.ETOOMANYREFS -> Sent.CROWDED;
            case Errno.EPIPE, Errno.ECONNRESET, Errno.ENOTCONN, Errno.ECONNREFUSED -> Sent.ENDED;
            default -> throw Errno.failure("sendmsg", result, name);
        };
    }

    /** The outcome of receiving. */
    public sealed interface Received {

        /**
         * A packet has come.
         *
         * @param length how many bytes of it there are
         * @param descriptors what came with it; the caller closes them
         * @param lacksDescriptors whether the kernel has dropped some, because this process may not have more
         * @param tooLong whether it was longer than {@link Packet#MAX_SIZE} and cut off
         */
        record Arrived(int length, List<OpenFile> descriptors, boolean lacksDescriptors,
                boolean tooLong) implements Received {}

        /** Nothing is there at the moment. */
        record Nothing() implements Received {}

        /** The other end is closed, and everything it had sent was received. */
        record Ended() implements Received {}
    }

    private static final Received NOTHING = new Received.Nothing();
    private static final Received ENDED = new Received.Ended();

    /**
     * Receives a packet from a process that may send anything.
     *
     * @param packet where its bytes go
     * @param sender closes descriptors that are neither files nor pipes, which can take long
     * @return the outcome
     */
    public Received receive(Packet packet, StrangeFiles.@Nullable Sender sender) {
        // The first ECONNRESET says that the other end was closed with unread packets. What it had sent comes after that.
        for (int resets = 0;;) {
            long result = SocketCalls.recvmsg(packet.frame(), file.fd(), packet.incoming(), RECEIVE);
            if (result > 0) {
                return arrived((int) result, packet, packet.descriptors(sender));
            }
            switch ((int) -result) {
                case 0 -> {
                    packet.descriptors(sender).forEach(OpenFile::close);
                    return ENDED;
                }
                case Errno.EAGAIN -> {
                    return NOTHING;
                }
                case Errno.ECONNRESET -> {
                    if (resets++ > 0) {
                        return ENDED;
                    }
                }
                case Errno.EINTR -> {
                }
                default -> throw Errno.failure("recvmsg", result, name);
            }
        }
    }

    private static Received arrived(int length, Packet packet, List<OpenFile> descriptors) {
        try {
            return new Received.Arrived(length, descriptors, packet.lacksDescriptors(), packet.isTruncated());
        } catch (Throwable e) {
            descriptors.forEach(OpenFile::close);
            throw e;
        }
    }

    /** Ends the connection for both sides. A receiver still gets what was sent before. A second call does nothing. */
    public void shutdown() {
        try (CallFrame frame = new CallFrame()) {
            SocketCalls.shutdown(frame, file.fd());
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
