package io.resourcelink.internal.wire;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.FixedClock;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketPair;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.os.StrangeFiles;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A connection ends, and one of the steps of its end fails. The test is the leader. */
@ExtendWith({ SharedMemoryDirectory.class, NothingLeft.class })
@Timeout(60)
class ConnectionEndTest {

    private static final Allowance CREDITS = new Allowance(1, 1 << 20, 16);
    private static final int TURNS = 100;

    private final Failures failures = new Failures("A test");
    private final Lifetime lifetime = new Lifetime();
    private final Watchlist watchlist = new Watchlist(failures);
    private final Poller poller = new Poller(watchlist, "ipc-channel-test", 0, failures, () -> false);
    private final Packet incoming = new Packet();
    private final ConnectionResources resources = new ConnectionResources(poller, watchlist, incoming,
            new StrangeFiles(), 1000, false, FixedClock.TRUST, new Links(null), false, HostClock.system(), failures);
    private final List<PacketSocket> ends = PacketPair.open();
    private final RawPeer peer = new RawPeer(ends.getLast());
    private final List<Object> ended = new ArrayList<>();
    private final AtomicReference<@Nullable IpcException> why = new AtomicReference<>();
    private Rendezvous rendezvous;

    @BeforeEach
    void open(Path directory) {
        rendezvous = Rendezvous.open(directory.resolve("channels"), FixedClock.TRUST);
    }

    @AfterEach
    void close() {
        rendezvous.unlink();
        rendezvous.close();
        peer.close();
        ends.getFirst().close();
        incoming.close();
        watchlist.free();
    }

    /** Throws what a test says at each frame. */
    private final class Broken implements Connection.Role {

        private final Error thrown;

        Broken(Error thrown) {
            this.thrown = thrown;
        }

        @Override
        public void received(Frame frame, List<OpenFile> descriptors, boolean lacksDescriptors) {
            throw thrown;
        }

        @Override
        public boolean pauses() {
            return true;
        }

        @Override
        public void ended(@Nullable IpcException failure) {}

        @Override
        public void closed(@Nullable IpcException failure) {
            ended.add(this);
        }
    }

    private Outbound outbound() {
        Outbound outbound = new Outbound(resources, ends.getFirst(), "there", (_, _) -> {
            throw new AssertionError("Nothing is received.");
        }, new Outbound.Listener() {

            @Override
            public void ended(Outbound over, @Nullable IpcException failure) {
                ended.add(over);
                why.set(failure);
            }

            @Override
            public void unhandled(UnhandledMessages messages) {}
        });
        outbound.connection().open();
        return outbound;
    }

    private RemoteTarget granted(Outbound outbound) throws Frame.Malformed {
        RemoteTarget target = outbound.redeem(7, 1, "a test", null);
        outbound.received(new Frame.Granted(7, 1, CREDITS), List.of(), false);
        return target;
    }

    /** Throws after one call of close(2) of this thread. */
    private static SystemCalls failingAfterClose(int nth) {
        Thread own = Thread.currentThread();
        return SystemCalls.accompanied(new SystemCalls.Companion() {

            @Override
            public int before(String function, int call) {
                return 0;
            }

            @Override
            public void after(String function, int call) {
                if (function.equals("close") && call == nth) {
                    throw new AssertionError("thrown on purpose");
                }
            }
        }, own::equals);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void everySenderIsToldOfTheEndWhateverCannotBeClosed(int nth) throws Exception {
        Outbound outbound = outbound();
        RemoteTarget target = granted(outbound);
        assertThat(target.tryJoin()).isTrue();
        PendingRequest request = new PendingRequest();
        assertThat(target.send(new EncodedMessage(false), request, WaitLimit.of(0))).isTrue();
        Pipe pipe = Pipe.open();
        RemoteTarget waiting = outbound.redeem(8, 2, "a test", pipe.writing());
        try (OpenFile _ = pipe.reading(); SystemCalls _ = failingAfterClose(nth)) {
            assertThatThrownBy(() -> outbound.connection().end(null)).isInstanceOf(AssertionError.class);
        }
        assertThat(request.isDone()).isTrue();
        assertThat(target.window().hasEnded()).isTrue();
        assertThat(waiting.window().hasEnded()).isTrue();
        outbound.connection().end(null);
        assertThat(ended).containsExactly(outbound);
        outbound.connection().end(null);
        assertThat(ended).hasSize(1);
    }

    @Test
    void everyReceiverIsToldThatItsSendersAreGoneWhateverObservesIt() throws Exception {
        Tickets tickets = new Tickets(watchlist);
        Receivers receivers = new Receivers(lifetime, rendezvous.address(), tickets);
        Peers peers = new Peers(rendezvous, lifetime, resources, () -> {
            throw new AssertionError("Nothing is sent.");
        }, new ConnectionReports(new Silent(), failures));
        AttachmentOpener opener = new AttachmentOpener(new Links(null),
                new ReceivedSenders(rendezvous.address(), receivers, tickets, peers), false);
        Inbound inbound = new Inbound(resources, ends.getFirst(), new Grants(receivers, new Servers(), tickets), opener,
                (over, _) -> ended.add(over));
        inbound.connection().open();
        List<Inbox> inboxes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Inbox inbox = receivers.open(CREDITS).inbox();
            inbound.received(new Frame.Redeem(inbox.subchannel(), i), List.of(), false);
            inbox.observe(() -> {
                throw new AssertionError("thrown on purpose");
            });
            inboxes.add(inbox);
        }
        inbound.received(new Frame.Ticket(inboxes.getFirst().subchannel(), 99), List.of(), true);
        assertThatThrownBy(() -> inbound.connection().end(null)).isInstanceOf(AssertionError.class);
        inboxes.forEach(
                inbox -> assertThatExceptionOfType(DisconnectedException.class).isThrownBy(inbox::poll));
        inbound.connection().end(null);
        assertThat(ended).containsExactly(inbound);
    }

    @Test
    @SuppressWarnings("OverrideThrowableToString") // This is what it is about.
    void aFailureThatCannotBeDescribedEndsTheConnectionAllTheSame() {
        Error failure = new Error() {

            @Override
            public String toString() {
                throw new AssertionError("thrown on purpose");
            }
        };
        Connection connection = new Connection(resources, ends.getFirst(), new Broken(failure));
        connection.open();
        peer.sendTogether(List.of(Frame.Hello.ours(Directories.UNKNOWN), new Frame.Release(1, 1)));
        assertThatThrownBy(() -> connection.ready(true, false, () -> false)).isInstanceOf(Error.class);
        assertThat(connection.hasEnded()).isTrue();
        assertThat(ended).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void whoIsNotReadAnyMoreIsReadToItsEnd(boolean byPeer) {
        Connection connection = new Connection(resources, ends.getFirst(), new Broken(new AssertionError("A frame.")));
        connection.open();
        for (int i = 0; i < 10_000; i++) {
            connection.post(new Frame.Closed(0, i));
        }
        if (byPeer) {
            peer.socket().shutdown();
        } else {
            connection.shutdown();
        }
        for (int turn = 0; turn < TURNS && !connection.hasEnded(); turn++) {
            watchlist.poll(0, () -> false);
        }
        assertThat(connection.hasEnded()).isTrue();
        assertThat(ended).hasSize(1);
        assertThat(failures.count()).isZero();
    }

    /** Nothing else would end the waits for the connection. */
    @Test
    void aSocketThatCannotBeShutDownIsShutDownLater() {
        Connection connection = new Connection(resources, ends.getFirst(), new Broken(new AssertionError("A frame.")));
        connection.open();
        try (SystemCalls _ = SystemCalls.accompanied((function, _) -> {
            if (function.equals("shutdown")) {
                throw new AssertionError("thrown on purpose");
            }
            return 0;
        }, Thread.currentThread()::equals)) {
            assertThatThrownBy(connection::shutdown).isInstanceOf(AssertionError.class);
        }
        watchlist.poll(0, () -> false);
        assertThat(connection.hasEnded()).isFalse();
        connection.endAgain();
        watchlist.poll(0, () -> false);
        assertThat(connection.hasEnded()).isTrue();
        assertThat(ended).hasSize(1);
    }

    /** Its credit comes back with the receiver's answer, and must not come back twice. */
    @Test
    void aMessageIsSentAlthoughWhatWasOpenedForItCannotBeClosed() throws Exception {
        Outbound outbound = outbound();
        RemoteTarget target = granted(outbound);
        Sending sending = new Sending(lifetime, poller, new Traffic(), failures, 1000);
        try (EncodedMessage message = new EncodedMessage(false); SharedEnd sender = new SharedEnd(() -> {})) {
            message.add(new Attachment(sender) {

                @Override
                long memory() {
                    return 0;
                }

                @Override
                boolean addTo(OutgoingMessage outgoing, WaitLimit limit) {
                    outgoing.closeAfterwards(() -> {
                        throw new AssertionError("thrown on purpose");
                    });
                    return true;
                }

                @Override
                ReceivedAttachment copy() {
                    throw new AssertionError("Nothing stays here.");
                }
            });
            assertThat(sending.send(message, null, target, sender, 0)).isTrue();
        }
        assertThat(target.window().tryTake(0, 0)).isFalse();
        assertThat(failures.count()).isOne();
        outbound.connection().end(null);
    }

    @Test
    void aConnectionThatIsGivenUpIsKnownUntilItHasEnded(Path directory) throws Exception {
        Path sockets = directory.resolve("channels");
        Peers peers = new Peers(rendezvous, lifetime, resources, () -> (_, _) -> {
            throw new AssertionError("Nothing is received.");
        }, new ConnectionReports(new Silent(), failures));
        try (Directory there = Directory.open(sockets, 0700);
                RawServer server = new RawServer(sockets, there)) {
            Outbound first = Objects.requireNonNull(peers.connect(RawServer.ADDRESS));
            first.redeem(0, 5, "a test", null);
            server.grant(CREDITS).close();
            first.connection().post(new Frame.Release(1, 1));
            assertThat(first.connection().isGivenUp()).isTrue();
            Outbound second = Objects.requireNonNull(peers.connect(RawServer.ADDRESS));
            assertThat(peers.connections()).containsExactlyInAnyOrder(first.connection(), second.connection());
            assertThat(peers.size()).isEqualTo(2);
            try (SystemCalls _ = failingAfterClose(1)) {
                assertThatThrownBy(() -> first.connection().end(null)).isInstanceOf(AssertionError.class);
            }
            assertThat(peers.size()).as("not wholly ended").isEqualTo(2);
            peers.lookAfter();
            assertThat(peers.connections()).containsExactly(second.connection());
            second.connection().end(null);
            assertThat(peers.size()).isZero();
        }
    }

    @Test
    void aPeerThatNeverAnswersIsGivenUp() {
        Outbound outbound = outbound();
        int redeemed = 0;
        while (redeemed < 10_000 && !outbound.connection().isGivenUp()) {
            outbound.redeem(0, redeemed++, "a test", null);
        }
        assertThat(redeemed).isLessThan(10_000);
        watchlist.poll(0, () -> false);
        assertThat(ended).containsExactly(outbound);
        assertThat(why.get()).isInstanceOf(UnresponsiveException.class);
    }
}
