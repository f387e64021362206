package io.resourcelink.internal.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.PacketSocket.Received;
import io.resourcelink.internal.os.PacketSocket.Sent;
import io.resourcelink.internal.os.Readiness;

/** A connection to a channel that follows no protocol: it sends what a test says, and reads only when a test says so. */
public final class RawPeer implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final PacketSocket socket;
    private final Packet packet = new Packet();
    private final Readiness readiness = Readiness.open();
    private final Map<Long, Long> numbers = new HashMap<>();
    private final Deque<Frame> arrived = new ArrayDeque<>();

    public RawPeer(Directory directory, String address) {
        this(Objects.requireNonNull(PacketSocket.connect(directory, address)));
    }

    /** Takes over one end of a connection. */
    RawPeer(PacketSocket socket) {
        this.socket = socket;
        readiness.add(socket.file(), 0);
    }

    /** A peer that has said hello, as it should. */
    public static RawPeer greeted(Directory directory, String address) {
        RawPeer peer = new RawPeer(directory, address);
        peer.send(Frame.Hello.ours(Directories.UNKNOWN));
        return peer;
    }

    /** {@return a number for a ticket that no other process has} */
    public static long ticket() {
        return Tickets.draw();
    }

    public PacketSocket socket() {
        return socket;
    }

    /** Sends a frame. A message with number 0 gets the next one of its subchannel. */
    public Sent send(Frame frame, OpenFile... descriptors) {
        return trySend(FrameEncoder.encode(numbered(frame), packet.data(), 0), List.of(descriptors));
    }

    /** Sends several frames in one packet. */
    public Sent sendTogether(List<Frame> frames, OpenFile... descriptors) {
        int end = 0;
        for (Frame frame : frames) {
            end = FrameEncoder.encode(numbered(frame), packet.data(), FrameLayout.aligned(end));
        }
        return trySend(end, List.of(descriptors));
    }

    private Frame numbered(Frame frame) {
        return frame instanceof Frame.Message message && message.number() == 0
                ? new Frame.Message(message.subchannel(), numbers.merge(message.subchannel(), 1L, Long::sum),
                        message.wantsReply(), message.born(), message.maxAge(), message.parts())
                : frame;
    }

    /** A packet of one frame. */
    public static byte[] packet(Frame frame) {
        byte[] bytes = new byte[Packet.MAX_SIZE];
        return Arrays.copyOf(bytes, FrameEncoder.encode(frame, MemorySegment.ofArray(bytes), 0));
    }

    /** A request of nothing. */
    public static Frame.Message request(long subchannel) {
        return new Frame.Message(subchannel, 0, true, 0, 0, parts(List.of()));
    }

    /** A reply that settles nothing else. */
    public static Frame.Reply reply(long subchannel, long number, Frame.ReplyKind kind, Frame.Parts parts) {
        return new Frame.Reply(subchannel, number, kind, 0, parts);
    }

    /** Nothing but attachments. */
    public static Frame.Parts parts(List<Frame.Entry> entries) {
        return new Frame.Parts(new byte[0], entries, false, 0, new byte[0]);
    }

    /** A message without headers, age or number. */
    public static Frame.Message message(long subchannel, boolean inMemory, long length, List<Frame.Entry> entries,
            byte[] body) {
        return new Frame.Message(subchannel, 0, false, 0, 0,
                new Frame.Parts(new byte[0], entries, inMemory, length, body));
    }

    public Sent send(byte[] bytes, OpenFile... descriptors) {
        MemorySegment.copy(bytes, 0, packet.data(), ValueLayout.JAVA_BYTE, 0, bytes.length);
        return trySend(bytes.length, List.of(descriptors));
    }

    private Sent trySend(int length, List<OpenFile> descriptors) {
        Sent sent = socket.send(packet, length, descriptors);
        while (sent == Sent.FULL && awaitRoom(1_000)) {
            sent = socket.send(packet, length, descriptors);
        }
        return sent;
    }

    private boolean awaitRoom(int millis) {
        readiness.change(socket.file(), 0, false, true);
        boolean room = readiness.await(millis) > 0;
        readiness.change(socket.file(), 0, true, false);
        return room;
    }

    /** What the channel says next, or {@code null} if it has closed the connection. */
    public @Nullable Frame next() throws Frame.Malformed {
        while (arrived.isEmpty()) {
            switch (socket.receive(packet, null)) {
                case Received.Arrived one -> {
                    one.descriptors().forEach(OpenFile::close);
                    arrived.addAll(FrameDecoder.decode(packet.data(), one.length()));
                }
                case Received.Ended _ -> {
                    return null;
                }
                case Received.Nothing _ -> {
                    if (readiness.await(PATIENCE_MILLIS) == 0) {
                        throw new AssertionError("Nothing has come.");
                    }
                }
            }
        }
        return arrived.poll();
    }

    /** The next answer of a kind; others before it are ignored. */
    public <F extends Frame> F next(Class<F> kind) throws Frame.Malformed {
        Frame frame = next();
        while (frame != null && !kind.isInstance(frame)) {
            frame = next();
        }
        return kind.cast(Objects.requireNonNull(frame, "the connection is closed"));
    }

    /** Takes what has come, and waits for nothing. */
    public void drain() {
        while (socket.receive(packet, null) instanceof Received.Arrived one) {
            one.descriptors().forEach(OpenFile::close);
        }
    }

    /** Reads until the channel closes the connection, which it must. */
    public void awaitEnd() throws Frame.Malformed {
        while (next() != null) {
            // Answers to what was sent before.
        }
    }

    @Override
    public void close() {
        readiness.close();
        socket.close();
        packet.close();
    }
}
