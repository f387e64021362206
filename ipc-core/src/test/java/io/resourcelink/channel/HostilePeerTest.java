package io.resourcelink.channel;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.LongPacket;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.wire.Allowance;
import io.resourcelink.internal.wire.Directories;
import io.resourcelink.internal.wire.Frame;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.RawPeer;
import io.resourcelink.memory.SharedMemory;

import static io.resourcelink.channel.HostilePeerScene.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Peers that break the protocol lose their connection, and nothing else happens: a sibling goes on, no descriptor stays
 * open, nobody waits.
 */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
@SuppressWarnings("try") // A scene closes with InterruptedException.
class HostilePeerTest {

    @Test
    void whoSaysNothingAndGoesIsForgotten(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            scene.silent().close();
            scene.peer().close();
            scene.assertSiblingWorks();
            scene.assertNoDescriptorStaysOpen();
            assertThat(scene.failures).isEmpty();
        }
    }

    @Test
    void rubbishAndWrongGreetingsAreRefused(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            RawPeer rubbish = scene.silent();
            rubbish.send("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            scene.assertGivenUp(rubbish, "at least 24");
            RawPeer shortOne = scene.silent();
            shortOne.send(new byte[3]);
            scene.assertGivenUp(shortOne, "a packet of 3 bytes");
            RawPeer newer = scene.silent();
            newer.send(new Frame.Hello(3, 0, Directories.UNKNOWN));
            scene.assertGivenUp(newer, "version 2");
            RawPeer rude = scene.silent();
            rude.send(new Frame.Release(1, 1));
            scene.assertGivenUp(rude, "no greeting");
            RawPeer twice = scene.peer();
            twice.send(new Frame.Hello(Frame.VERSION, 0, Directories.UNKNOWN));
            scene.assertGivenUp(twice, "amid the talk");
            RawPeer tooLong = scene.peer();
            try (LongPacket packet = new LongPacket(140_000)) {
                assertThat(packet.send(tooLong.socket())).isEqualTo(140_000);
            }
            scene.assertGivenUp(tooLong, "more than 131072 bytes");
        }
    }

    /** It can only keep this process from sending it links. */
    @Test
    void peerMayHaveItsSegmentsAnywhere(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            for (long any : new long[]{ 0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE }) {
                RawPeer peer = scene.silent();
                peer.send(new Frame.Hello(Frame.VERSION, any, new Directories(any, ~any)));
                peer.send(new Frame.Redeem(scene.subchannel(), RawPeer.ticket()));
                assertThat(peer.next(Frame.Granted.class).subchannel()).isEqualTo(scene.subchannel());
            }
            assertThat(scene.failures).isEmpty();
            scene.assertSiblingWorks();
        }
    }

    @Test
    void whoGivesUpIsBelieved(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            RawPeer peer = scene.peer();
            peer.send(new Frame.Failure("no\u0007 more\n[ERROR] of this"));
            peer.awaitEnd();
            assertThat(scene.failures.poll(10, TimeUnit.SECONDS)).isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("no? more?[ERROR] of this");
        }
    }

    @Test
    void framesOfTheOtherDirectionAreRefused(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            for (Frame frame : List.of(new Frame.Granted(1, 1, Credits.DEFAULT.allowance()), new Frame.Closed(1, 1),
                    new Frame.Credit(1, 0, new Allowance(1, 1, 1)), new Frame.Undelivered(1, 1), new Frame.Stop(1),
                    new Frame.Unhandled(1, 1, 1))) {
                RawPeer peer = scene.peer();
                peer.send(frame);
                scene.assertGivenUp(peer, frame.getClass().getSimpleName());
            }
        }
    }

    @Test
    void messagesNeedAGrantAndCredit(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            Frame message = RawPeer.message(scene.subchannel(), false, 1, List.of(), new byte[1]);
            RawPeer stranger = scene.peer();
            stranger.send(message);
            scene.assertGivenUp(stranger, "a message for subchannel");
            RawPeer greedy = scene.granted(scene.subchannel());
            for (int i = 0; i < 9; i++) {
                greedy.send(message);
            }
            scene.assertGivenUp(greedy, "more than there was credit for");
            assertThat(scene.cargo.receiver().size()).as("what there was credit for").isEqualTo(8);
            RawPeer large = scene.granted(scene.subchannel());
            Pipe pipe = scene.pipe();
            for (int i = 0; i < 2; i++) {
                large.send(RawPeer.message(scene.subchannel(), true, Frame.MAX_BODY, List.of(), new byte[0]),
                        pipe.reading());
            }
            scene.assertGivenUp(large, "more than there was credit for");
            RawPeer late = scene.granted(scene.subchannel());
            late.send(RawPeer.message(999, false, 1, List.of(), new byte[1]));
            late.send(new Frame.Redeem(scene.subchannel(), RawPeer.ticket()));
            assertThat(late.next(Frame.Granted.class)).as("what nobody receives is ignored").isNotNull();
            scene.cargo.receiver().close();
        }
    }

    @Test
    void everyFrameHasTheDescriptorsItSays(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            Pipe pipe = scene.pipe();
            Frame region = scene.message(new Entry.Memory(1), new byte[0]);
            RawPeer fewer = scene.granted(scene.subchannel());
            fewer.send(region);
            scene.assertGivenUp(fewer, "0 descriptors");
            RawPeer more = scene.granted(scene.subchannel());
            more.send(region, pipe.reading(), pipe.writing());
            scene.assertGivenUp(more, "2 descriptors");
            for (Frame frame : List.of(new Frame.Redeem(1, 1), new Frame.Release(1, 1))) {
                RawPeer peer = scene.peer();
                peer.send(frame, pipe.reading());
                scene.assertGivenUp(peer, "1 descriptors");
            }
            RawPeer ticket = scene.peer();
            ticket.send(new Frame.Ticket(scene.subchannel(), 1));
            scene.assertGivenUp(ticket, "0 descriptors");
        }
    }

    @Test
    void nobodyReleasesMoreThanHeHas(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            RawPeer peer = scene.granted(scene.subchannel());
            peer.send(new Frame.Release(999, 5));
            peer.send(new Frame.Release(scene.subchannel(), 2));
            scene.assertGivenUp(peer, "a release of 2 senders");
            RawPeer again = scene.granted(scene.subchannel());
            again.send(new Frame.Release(scene.subchannel(), Integer.MAX_VALUE));
            scene.assertGivenUp(again, "a release of");
            scene.cargo.sender().send(new HostilePeerScene.Cargo(SharedMemory.fromBytes(new byte[0])));
            scene.cargo.receiver().receive().memory().close();
        }
    }

    @Test
    void aTicketIsAPipe(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            RawPeer unknown = scene.peer();
            unknown.send(new Frame.Ticket(999, 1), scene.pipe().reading());
            unknown.send(new Frame.Redeem(999, 2));
            assertThat(unknown.next(Frame.Closed.class)).isEqualTo(new Frame.Closed(999, 2));
            RawPeer device = scene.peer();
            device.send(new Frame.Ticket(scene.subchannel(), 1), scene.closing(Descriptors.open(Path.of("/dev/null"))));
            scene.assertGivenUp(device, "a ticket");
            scene.cargo.sender().close();
            assertThatExceptionOfType(DisconnectedException.class)
                    .as("no source was left over").isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE));
        }
    }
}
