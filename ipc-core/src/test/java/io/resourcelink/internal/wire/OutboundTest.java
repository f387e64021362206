package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.FixedClock;
import io.resourcelink.NothingLeft;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketPair;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.PacketSocket.Received;
import io.resourcelink.internal.os.StrangeFiles;
import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;

/** What a channel says to those that it sends to. */
@ExtendWith(NothingLeft.class)
@Timeout(60)
class OutboundTest {

    private static final Allowance CREDITS = new Allowance(16, 1 << 20, 16);

    private final Failures failures = new Failures("A test");
    private final Watchlist watchlist = new Watchlist(failures);
    private final Poller poller = new Poller(watchlist, "ipc-channel-test", 0, failures, () -> {});
    private final Packet packet = new Packet();
    private PacketSocket peer;
    private Outbound outbound;

    @BeforeEach
    void open() {
        List<PacketSocket> ends = PacketPair.open();
        peer = ends.getLast();
        outbound = new Outbound(new ConnectionResources(poller, watchlist, packet, new StrangeFiles(), 0, false,
                FixedClock.TRUST, new Links(null), false, HostClock.system(), failures), ends.getFirst(),
                "00000000000000aa",
                (_, _) -> {
                    throw new AssertionError("Nothing is received.");
                },
                new Outbound.Listener() {

                    @Override
                    public void ended(Outbound outbound, @Nullable IpcException failure) {}

                    @Override
                    public void unhandled(UnhandledMessages messages) {}
                });
        outbound.connection().open();
    }

    @AfterEach
    void close() {
        outbound.connection().end(null);
        peer.close();
        packet.close();
        watchlist.free();
    }

    private List<Frame> said() throws Frame.Malformed {
        List<Frame> frames = new ArrayList<>();
        while (peer.receive(packet, null) instanceof Received.Arrived arrived) {
            frames.addAll(FrameDecoder.decode(packet.data(), arrived.length()));
        }
        return frames;
    }

    @Test
    void senderThatIsGrantedWhileItsProgramGivesUpIsReleased() throws Exception {
        RemoteTarget first = outbound.redeem(0, 5, "server", null);
        RemoteTarget second = outbound.redeem(0, 5, "server", null);
        outbound.received(new Frame.Granted(7, 5, CREDITS), List.of(), false);
        outbound.received(new Frame.Granted(7, 5, CREDITS), List.of(), false);
        assertThat(second.granted()).isSameAs(first);
        second.leave();
        assertThat(said()).doesNotHaveAnyElementsOfTypes(Frame.Release.class);
        first.leave();
        assertThat(said()).last().isEqualTo(new Frame.Release(7, 2));
    }
}
