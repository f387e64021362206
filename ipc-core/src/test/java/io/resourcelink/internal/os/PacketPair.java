package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

/** Two sockets that are connected, for tests. */
public final class PacketPair {

    /** {@code int socketpair(int domain, int type, int protocol, int sv[2])}, socketpair(2). */
    private static final MethodHandle SOCKETPAIR = Libc.function("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
            ADDRESS);

    private PacketPair() {}

    /** {@return two sockets, each the other's peer} */
    public static List<PacketSocket> open() {
        try (CallFrame frame = new CallFrame()) {
            MemorySegment pair = frame.buffer();
            Errno.checked("socketpair", socketpair(frame, pair), "pair");
            return List.of(PacketSocket.of(pair.get(ValueLayout.JAVA_INT, 0), "pair"),
                    PacketSocket.of(pair.get(ValueLayout.JAVA_INT, 4), "pair"));
        }
    }

    private static int socketpair(CallFrame frame, MemorySegment pair) {
        try {
            return Libc.result(frame, (int) SOCKETPAIR.invokeExact(frame.errnoSlot(), SocketCalls.AF_UNIX,
                    PacketSocket.TYPE, 0, pair));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
