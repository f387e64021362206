package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.FixedClock;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketPair;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.PacketSocket.Received;
import io.resourcelink.internal.os.StrangeFiles;
import io.resourcelink.internal.work.Failures;

/** A connection to a peer, of which the test has the other end. */
final class OutboundScene implements AutoCloseable {

    final Failures failures = new Failures("A test");
    final Watchlist watchlist = new Watchlist(failures);
    final Poller poller = new Poller(watchlist, "ipc-channel-test", 0, failures, () -> false);
    final List<UnhandledMessages> unhandled = new ArrayList<>();
    final PacketSocket peer;
    final Outbound outbound;

    private final Packet packet = new Packet();
    private final Packet received = new Packet();

    /**
     * Opens the connection.
     *
     * @param threshold the longest body that travels in a frame, in bytes
     * @param batching whether messages that want no reply may wait for others
     */
    OutboundScene(int threshold, boolean batching) {
        List<PacketSocket> ends = PacketPair.open();
        peer = ends.getLast();
        outbound = new Outbound(new ConnectionResources(poller, watchlist, packet, new StrangeFiles(), threshold,
                batching, FixedClock.TRUST, new Links(null), false, HostClock.system(), failures), ends.getFirst(),
                "00000000000000aa",
                (_, _) -> {
                    throw new AssertionError("Nothing is received.");
                },
                new Outbound.Listener() {

                    @Override
                    public void ended(Outbound outbound, @Nullable IpcException failure) {}

                    @Override
                    public void unhandled(UnhandledMessages messages) {
                        unhandled.add(messages);
                    }
                });
        outbound.connection().open();
    }

    /** The packets that have arrived at the peer, each with its frames. */
    List<List<Frame>> packets() throws Frame.Malformed {
        List<List<Frame>> packets = new ArrayList<>();
        while (peer.receive(received, null) instanceof Received.Arrived arrived) {
            packets.add(FrameDecoder.decode(received.data(), arrived.length()));
        }
        return packets;
    }

    @Override
    public void close() {
        outbound.connection().end(null);
        peer.close();
        packet.close();
        received.close();
        poller.stop();
        watchlist.free();
    }
}
