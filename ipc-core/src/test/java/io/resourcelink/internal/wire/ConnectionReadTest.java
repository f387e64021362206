package io.resourcelink.internal.wire;

import java.util.List;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.FixedClock;
import io.resourcelink.NothingLeft;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketPair;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.StrangeFiles;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;

/** How many packets the leader reads in one turn, and what it asks the kernel for that. The test is the leader. */
@ExtendWith(NothingLeft.class)
@Timeout(60)
class ConnectionReadTest {

    private static final int PACKETS = 200;
    private static final int TURNS = 320;

    /** More answers than a socket takes. */
    private static final int MANY = 20_000;

    private final Failures failures = new Failures("A test");
    private final Watchlist watchlist = new Watchlist(failures);
    private final Poller poller = new Poller(watchlist, "ipc-channel-test", 0, failures, () -> false);
    private final Packet incoming = new Packet();
    private final List<PacketSocket> ends = PacketPair.open();
    private final RawPeer peer = new RawPeer(ends.getLast());
    private final Connection connection = new Connection(new ConnectionResources(poller, watchlist, incoming,
            new StrangeFiles(), 1000, false, FixedClock.TRUST, new Links(null), false, HostClock.system(), failures),
            ends.getFirst(), new Counting());
    private int received;

    private final class Counting implements Connection.Role {

        @Override
        public void received(Frame frame, List<OpenFile> descriptors, boolean lacksDescriptors) {
            received++;
        }

        @Override
        public boolean pauses() {
            return true;
        }

        @Override
        public void ended(@Nullable IpcException failure) {}

        @Override
        public void closed(@Nullable IpcException failure) {}
    }

    @BeforeEach
    void open() {
        connection.open();
        peer.send(Frame.Hello.ours(Directories.UNKNOWN));
        watchlist.poll(0, () -> false);
    }

    @AfterEach
    void close() {
        Closing closing = new Closing();
        closing.run(() -> connection.end(null));
        closing.run(peer::close);
        closing.run(incoming::close);
        closing.run(watchlist::free);
        closing.end();
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            peer.send(new Frame.Credit(1, 0, new Allowance(1, 0, 0)));
        }
    }

    /** Has the leader wait for one packet more than it has read. */
    private void poll() {
        int wanted = received + 1;
        BooleanSupplier enough = () -> received >= wanted;
        watchlist.poll(0, enough);
        assertThat(enough.getAsBoolean()).isTrue();
    }

    @Test
    void packetsThatFollowEachOtherAreReadTogether() {
        send(PACKETS);
        int turns = 0;
        try (SystemCalls calls = SystemCalls.counting(Thread.currentThread()::equals)) {
            while (received < PACKETS) {
                poll();
                turns++;
            }
            assertThat(calls.count("recvmsg")).isBetween(PACKETS, PACKETS + 2);
        }
        assertThat(turns).as("16 alone until it is tried, then 17 in each").isLessThanOrEqualTo(16 + PACKETS / 17 + 1);
    }

    @Test
    void packetsThatComeOneByOneSeldomCostATry() {
        assertThat(triesOneByOne()).isLessThanOrEqualTo(TURNS + TURNS / 16);
    }

    @Test
    void packetsThatComeOneByOneAfterManySeldomCostATryEither() {
        send(PACKETS);
        while (received < PACKETS) {
            poll();
        }
        assertThat(triesOneByOne()).isLessThanOrEqualTo(TURNS + TURNS / 16 + 1);
    }

    private int triesOneByOne() {
        int before = received;
        try (SystemCalls calls = SystemCalls.counting(Thread.currentThread()::equals)) {
            for (int turn = 0; turn < TURNS; turn++) {
                send(1);
                poll();
            }
            assertThat(received - before).isEqualTo(TURNS);
            return calls.count("recvmsg");
        }
    }

    /** All are asked for when a message was there, which leaves time enough for the next one. Then it is received at once. */
    @Test
    void aLeaderThatLooksAgainAndAgainReceivesAtOnce() {
        try (SystemCalls calls = SystemCalls.counting(Thread.currentThread()::equals)) {
            for (int turn = 0; turn < TURNS; turn++) {
                int wanted = received + 1;
                watchlist.look(() -> received >= wanted);
                send(1);
                watchlist.look(() -> received >= wanted);
                assertThat(received).isEqualTo(wanted);
            }
            assertThat(calls.count("epoll_wait")).isLessThanOrEqualTo(TURNS + 1);
            assertThat(calls.count("recvmsg")).isLessThanOrEqualTo(TURNS + TURNS / 16 + 1);
        }
    }

    /** Else a peer that asks and never reads the answers would fill the memory of this process with them. */
    @Test
    void aPeerThatDoesNotReadIsNotTriedEither() {
        int before = received;
        send(1);
        watchlist.look(() -> received > before);
        for (int posted = 0; posted < MANY; posted++) {
            connection.post(new Frame.Credit(1, 0, new Allowance(1, 0, 0)));
        }
        send(1);
        int read = received;
        for (int look = 0; look < TURNS; look++) {
            watchlist.look(() -> false);
        }
        assertThat(received).as("read although it does not read").isEqualTo(read);

        for (int turn = 0; turn < MANY && received == read; turn++) {
            peer.drain();
            watchlist.look(() -> false);
        }
        assertThat(received).isEqualTo(read + 1);
    }

    private void awaitOneMessage() {
        send(1);
        int wanted = received + 1;
        watchlist.look(() -> received >= wanted);
        assertThat(received).isEqualTo(wanted);
        // All have had their turn, so the next look is a try.
        watchlist.look(() -> false);
    }

    @Test
    void aPeerThatLeavesIsNoticedWithoutBeingTold() {
        awaitOneMessage();
        try (SystemCalls calls = SystemCalls.counting(Thread.currentThread()::equals)) {
            peer.close();
            watchlist.look(() -> false);

            assertThat(calls.count("epoll_wait")).isZero();
        }
        assertThat(connection.hasEnded()).isTrue();
        watchlist.look(() -> false);
    }

    @Test
    void aPeerThatLiesIsGivenUpWithoutBeingTold() {
        awaitOneMessage();
        peer.send(Frame.Hello.ours(Directories.UNKNOWN));
        try (SystemCalls calls = SystemCalls.counting(Thread.currentThread()::equals)) {
            watchlist.look(() -> false);

            assertThat(calls.count("epoll_wait")).isZero();
        }
        assertThat(connection.hasEnded()).isTrue();
    }
}
