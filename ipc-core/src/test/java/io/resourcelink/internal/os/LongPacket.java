package io.resourcelink.internal.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A packet of any length, which no {@link Packet} has, and what the kernel says of it. */
public final class LongPacket implements AutoCloseable {

    private final Arena arena = Arena.ofConfined();
    private final CallFrame frame = new CallFrame();
    private final MemorySegment header = arena.allocate(56, 8);

    /**
     * Allocates it, all zeros.
     *
     * @param length its bytes
     */
    public LongPacket(long length) {
        MemorySegment iovec = arena.allocate(16, 8);
        iovec.set(ValueLayout.ADDRESS, 0, arena.allocate(Math.max(1, length)));
        iovec.set(ValueLayout.JAVA_LONG, 8, length);
        header.set(ValueLayout.ADDRESS, 16, iovec);
        header.set(ValueLayout.JAVA_LONG, 24, 1);
    }

    /**
     * Sends it.
     *
     * @param socket where
     * @return its length, or minus the error number
     */
    public long send(PacketSocket socket) {
        return SocketCalls.sendmsg(frame, socket.file().fd(), header,
                SocketCalls.MSG_DONTWAIT | SocketCalls.MSG_NOSIGNAL);
    }

    @Override
    public void close() {
        frame.close();
        arena.close();
    }
}
