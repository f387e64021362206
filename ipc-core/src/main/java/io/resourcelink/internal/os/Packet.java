package io.resourcelink.internal.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Native memory for one packet on its way to or from a {@link PacketSocket}: its bytes, and room for the descriptors that
 * travel with it. It is made once and used for many packets. Not thread-safe; the caller that made it closes it.
 */
public final class Packet implements AutoCloseable {

    /** The most bytes a packet can have. Two of them fit into a socket's buffer as Linux sizes it by default. */
    public static final int MAX_SIZE = 128 << 10;

    /** The most descriptors a packet can carry: {@code SCM_MAX_FD} of the kernel, unix(7). */
    public static final int MAX_DESCRIPTORS = 253;

    // struct msghdr of 64-bit Linux, recvmsg(2): name 0, its length 8, iov 16, iovlen 24, control 32, controllen 40,
    // flags 48. struct cmsghdr, cmsg(3): length 0, level 8, type 12, data 16.
    private static final long MSGHDR = 0;
    private static final long MSG_IOVLEN = 24;
    private static final long MSG_CONTROL = 32;
    private static final long MSG_CONTROLLEN = 40;
    private static final long MSG_FLAGS = 48;
    private static final long IOVEC = 56;
    private static final long IOV_LEN = IOVEC + 8;
    private static final long CONTROL = 72;
    private static final long CMSG_DATA = 16;
    private static final long CONTROL_SIZE = CMSG_DATA + 4 * (MAX_DESCRIPTORS + 1);
    private static final long DATA = (CONTROL + CONTROL_SIZE + 63) & -64;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(DATA + MAX_SIZE, 64);
    private final MemorySegment header = memory.asSlice(MSGHDR, IOVEC);
    private final MemorySegment data = memory.asSlice(DATA, MAX_SIZE);
    private final CallFrame frame = CallFrame.shared();

    /** Allocates an empty packet. */
    public Packet() {
        memory.set(ValueLayout.ADDRESS, 16, memory.asSlice(IOVEC, 16));
        memory.set(ValueLayout.JAVA_LONG, MSG_IOVLEN, 1);
        memory.set(ValueLayout.ADDRESS, IOVEC, data);
    }

    /** {@return the bytes, to be written before sending or read after receiving} */
    public MemorySegment data() {
        return data;
    }

    CallFrame frame() {
        return frame;
    }

    /** Describes what is sent, and returns the {@code struct msghdr}. */
    MemorySegment outgoing(long length, List<OpenFile> descriptors) {
        memory.set(ValueLayout.JAVA_LONG, IOV_LEN, length);
        int count = descriptors.size();
        if (count == 0) {
            memory.set(ValueLayout.JAVA_LONG, MSG_CONTROLLEN, 0);
            return header;
        }
        memory.set(ValueLayout.ADDRESS, MSG_CONTROL, memory.asSlice(CONTROL, CONTROL_SIZE));
        memory.set(ValueLayout.JAVA_LONG, MSG_CONTROLLEN, CMSG_DATA + ((4L * count + 7) & -8));
        memory.set(ValueLayout.JAVA_LONG, CONTROL, CMSG_DATA + 4L * count);
        memory.set(ValueLayout.JAVA_INT, CONTROL + 8, SocketCalls.SOL_SOCKET);
        memory.set(ValueLayout.JAVA_INT, CONTROL + 12, SocketCalls.SCM_RIGHTS);
        for (int i = 0; i < count; i++) {
            memory.set(ValueLayout.JAVA_INT, CONTROL + CMSG_DATA + 4L * i, descriptors.get(i).fd());
        }
        return header;
    }

    /** Offers all the room, and returns the {@code struct msghdr}. */
    MemorySegment incoming() {
        memory.set(ValueLayout.JAVA_LONG, IOV_LEN, MAX_SIZE);
        memory.set(ValueLayout.ADDRESS, MSG_CONTROL, memory.asSlice(CONTROL, CONTROL_SIZE));
        memory.set(ValueLayout.JAVA_LONG, MSG_CONTROLLEN, CONTROL_SIZE);
        memory.set(ValueLayout.JAVA_INT, MSG_FLAGS, 0);
        return header;
    }

    boolean isTruncated() {
        return (memory.get(ValueLayout.JAVA_INT, MSG_FLAGS) & SocketCalls.MSG_TRUNC) != 0;
    }

    boolean lacksDescriptors() {
        return (memory.get(ValueLayout.JAVA_INT, MSG_FLAGS) & SocketCalls.MSG_CTRUNC) != 0;
    }

    /** Takes the descriptors that came with the packet; from then on they are the caller's to close. If this fails, they are closed. */
    List<OpenFile> descriptors(StrangeFiles.@Nullable Sender sender) {
        if (descriptor(0) < 0) {
            return List.of();
        }
        try {
            List<OpenFile> files = new ArrayList<>();
            for (int fd = descriptor(0); fd >= 0; fd = descriptor(files.size())) {
                files.add(new OpenFile(fd, "received descriptor", sender));
            }
            return files;
        } catch (Throwable e) {
            closeDescriptors(sender);
            throw e;
        }
    }

    private void closeDescriptors(StrangeFiles.@Nullable Sender sender) {
        int number = 0;
        for (int fd = descriptor(0); fd >= 0; fd = descriptor(++number)) {
            try {
                if (sender == null) {
                    OpenFile.close(fd);
                } else {
                    sender.close(fd);
                }
            } catch (Throwable _) {
                // There is no heap; the caller is told so already.
            }
        }
    }

    /** {@return a descriptor that came with the packet, by its number from 0 on; -1 if there are not so many} */
    private int descriptor(int number) {
        long filled = memory.get(ValueLayout.JAVA_LONG, MSG_CONTROLLEN);
        long left = number;
        for (long at = 0; at + CMSG_DATA <= filled;) {
            long length = memory.get(ValueLayout.JAVA_LONG, CONTROL + at);
            if (length < CMSG_DATA || at + length > filled) {
                return -1;
            }
            if (memory.get(ValueLayout.JAVA_INT, CONTROL + at + 8) == SocketCalls.SOL_SOCKET
                    && memory.get(ValueLayout.JAVA_INT, CONTROL + at + 12) == SocketCalls.SCM_RIGHTS) {
                long count = (length - CMSG_DATA) / 4;
                if (left < count) {
                    return memory.get(ValueLayout.JAVA_INT, CONTROL + at + CMSG_DATA + 4 * left);
                }
                left -= count;
            }
            at += (length + 7) & -8;
        }
        return -1;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            try {
                frame.close();
            } finally {
                arena.close();
            }
        }
    }
}
