package io.resourcelink.internal.wire;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.FixedClock;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketPair;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.PacketSocket.Received;
import io.resourcelink.internal.os.StrangeFiles;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;

/** What a channel answers to those that send to it. */
@ExtendWith({ SharedMemoryDirectory.class, NothingLeft.class })
@Timeout(60)
class InboundTest {

    private static final Allowance CREDITS = new Allowance(16, 1 << 20, 16);

    private final Failures failures = new Failures("A test");
    private final Lifetime lifetime = new Lifetime();
    private final Servers servers = new Servers();

    /** What one channel has for another one that sends to it. */
    private record Fixture(Inbound inbound, Receivers receivers, Tickets tickets, PacketSocket peer, Packet incoming) {

        List<Frame> framesAtPeer() throws Frame.Malformed {
            List<Frame> frames = new ArrayList<>();
            while (peer.receive(incoming, null) instanceof Received.Arrived arrived) {
                frames.addAll(FrameDecoder.decode(incoming.data(), arrived.length()));
            }
            return frames;
        }
    }

    private interface Body {

        void run(Fixture fixture) throws Exception;
    }

    private void with(Path directory, Body body) throws Exception {
        Watchlist watchlist = new Watchlist(failures);
        Poller poller = new Poller(watchlist, "ipc-channel-test", 0, failures, () -> false);
        List<PacketSocket> ends = PacketPair.open();
        try (Rendezvous rendezvous = Rendezvous.open(directory.resolve("channels"), FixedClock.TRUST);
                Packet incoming = new Packet();
                PacketSocket peer = ends.getLast()) {
            ConnectionResources resources = new ConnectionResources(poller, watchlist, incoming, new StrangeFiles(),
                    0, false, FixedClock.TRUST, new Links(null), false, HostClock.system(), failures);
            Tickets tickets = new Tickets(watchlist);
            Receivers receivers = new Receivers(lifetime, rendezvous.address(), tickets);
            Peers peers = new Peers(rendezvous, lifetime, resources, () -> {
                throw new AssertionError("Nothing is sent.");
            }, new ConnectionReports(new Silent(), failures));
            AttachmentOpener opener = new AttachmentOpener(new Links(null),
                    new ReceivedSenders(rendezvous.address(), receivers, tickets, peers), false);
            Inbound inbound = new Inbound(resources, ends.getFirst(), new Grants(receivers, servers, tickets), opener,
                    (_, _) -> {});
            inbound.connection().open();
            body.run(new Fixture(inbound, receivers, tickets, peer, incoming));
            inbound.connection().end(null);
            rendezvous.unlink();
        } finally {
            watchlist.free();
        }
    }

    @Test
    void aSenderIsToldThatItsReceiverWasClosedWhileItWasGranted(Path directory) throws Exception {
        with(directory, fixture -> {
            LocalTarget target = fixture.receivers().open(CREDITS);
            Inbox inbox = target.inbox();
            assertThat(inbox.addSource()).isTrue();
            Tickets.Issued issued = fixture.tickets().issue(inbox);
            try (OpenFile _ = issued.writing();
                    SystemCalls _ = SystemCalls.accompanied((call, _) -> {
                        if (call.equals("epoll_ctl")) {
                            // The sender is counted, and not told so yet.
                            fixture.receivers().close(target);
                        }
                        return 0;
                    }, Thread.currentThread()::equals)) {
                fixture.inbound().received(new Frame.Redeem(inbox.subchannel(), issued.ticket()), List.of(), false);
            }
            assertThat(fixture.framesAtPeer()).last().isEqualTo(new Frame.Closed(inbox.subchannel(), 0));
        });
    }

    /** Another thread may send credit at any time, which says what is settled. So a message that is not handled is reported first. */
    @Test
    void whatIsNotHandledIsToldBeforeItIsSettled(Path directory) throws Exception {
        with(directory, fixture -> {
            Inbox inbox = fixture.receivers().open(CREDITS).inbox();
            RemoteSource source = new RemoteSource(fixture.inbound().connection(), inbox, _ -> {});
            long number = source.next();
            List<Long> settledWhenTold = new ArrayList<>();
            try (SystemCalls _ = SystemCalls.accompanied((call, _) -> {
                if (call.equals("sendmsg")) {
                    settledWhenTold.add(source.through());
                }
                return 0;
            }, Thread.currentThread()::equals)) {
                source.receiverClosed(source.giveUp());
            }
            assertThat(settledWhenTold).as("before the first packet, and the others").startsWith(0L, number);
            long subchannel = inbox.subchannel();
            assertThat(fixture.framesAtPeer()).endsWith(new Frame.Unhandled(subchannel, number, number),
                    new Frame.Credit(subchannel, number, new Allowance(0, 0, 0)), new Frame.Closed(subchannel, 0));
        });
    }
}
