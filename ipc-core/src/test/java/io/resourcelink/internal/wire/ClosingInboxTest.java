package io.resourcelink.internal.wire;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.FixedClock;
import io.resourcelink.NothingLeft;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketPair;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.PacketSocket.Received;
import io.resourcelink.internal.os.StrangeFiles;
import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What arrives while its receiver is closed, or is not what it was said to be. */
@ExtendWith({ SharedMemoryDirectory.class, NothingLeft.class })
@Timeout(60)
class ClosingInboxTest {

    private static final Allowance CREDITS = new Allowance(16, 1 << 20, 16);

    private final Failures failures = new Failures("A test");
    private final Lifetime lifetime = new Lifetime();

    @Test
    void aMessageThatCrossesTheEndOfItsReceiverIsReported(Path directory) throws Exception {
        Watchlist watchlist = new Watchlist(failures);
        Poller poller = new Poller(watchlist, "ipc-channel-test", 0, failures, () -> false);
        List<PacketSocket> ends = PacketPair.open();
        try (Rendezvous rendezvous = Rendezvous.open(directory.resolve("channels"), FixedClock.TRUST);
                Packet incoming = new Packet();
                RawPeer peer = new RawPeer(ends.getLast())) {
            ConnectionResources resources = new ConnectionResources(poller, watchlist, incoming, new StrangeFiles(), 0,
                    false,
                    FixedClock.TRUST, new Links(null), false, HostClock.system(), failures);
            Tickets tickets = new Tickets(watchlist);
            Receivers receivers = new Receivers(lifetime, rendezvous.address(), tickets);
            Peers peers = new Peers(rendezvous, lifetime, resources, () -> {
                throw new AssertionError("Nothing is sent.");
            }, new ConnectionReports(new Silent(), failures));
            AttachmentOpener opener = new AttachmentOpener(new Links(null),
                    new ReceivedSenders(rendezvous.address(), receivers, tickets, peers), false);
            Inbound inbound = new Inbound(resources, ends.getFirst(), new Grants(receivers, new Servers(), tickets),
                    opener, (_, _) -> {});
            inbound.connection().open();
            LocalTarget target = receivers.open(CREDITS);
            Inbox inbox = target.inbox();
            target.join();
            inbound.received(new Frame.Redeem(inbox.subchannel(), 1), List.of(), false);
            inbound.received(request(inbox, 1), List.of(), false);
            Source source = Objects.requireNonNull(inbox.poll()).source();
            FutureTask<Void> arriving = new FutureTask<>(() -> {
                inbound.received(request(inbox, 2), List.of(), false);
                return null;
            });
            Thread leader = new Thread(arriving);
            synchronized (source) {
                leader.start();
                Deadline.awaitTrue("it is about to be counted", () -> leader.getState() == Thread.State.BLOCKED);
                receivers.close(target);
            }
            arriving.get(10, TimeUnit.SECONDS);
            assertThat(peer.next(Frame.Unhandled.class)).isEqualTo(new Frame.Unhandled(inbox.subchannel(), 2, 2));
            inbound.connection().end(null);
            rendezvous.unlink();
        } finally {
            watchlist.free();
        }
    }

    private static Frame.Message request(Inbox inbox, long number) {
        return new Frame.Message(inbox.subchannel(), number, true, 0, 0, RawPeer.parts(List.of()));
    }

    /** Otherwise a sender could fill memory beyond its credit. */
    @Test
    void aLinkToMoreThanWasSaidIsRefused(Path directory) throws Exception {
        List<PacketSocket> ends = PacketPair.open();
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink link = factory.create("large", 1000);
                Packet packet = new Packet();
                PacketSocket out = ends.getFirst();
                PacketSocket in = ends.getLast()) {
            Links links = new Links(factory);
            for (int missing : List.of(1, 0)) {
                Frame.Entry.Link entry;
                LinkAttachment attachment = new LinkAttachment(link);
                try (OutgoingMessage message = new OutgoingMessage(PeerSide.UNKNOWN, "a peer", failures)) {
                    attachment.addTo(message, WaitLimit.of(0));
                    entry = (Frame.Entry.Link) message.parts().entries().getFirst();
                    out.send(packet, 1, message.descriptors());
                    message.markSent();
                } finally {
                    attachment.release();
                }
                OpenFile arrived = ((Received.Arrived) in.receive(packet, null)).descriptors().getFirst();
                Frame.Entry.Link said = new Frame.Entry.Link(entry.kind(), entry.key(), entry.size() - missing);
                if (missing == 0) {
                    links.accept(said, arrived).close();
                } else {
                    assertThatExceptionOfType(IpcException.class).isThrownBy(() -> links.accept(said, arrived))
                            .withMessageContaining("1064 bytes");
                }
                assertThat(link.refcount()).isOne();
            }
        }
    }
}
