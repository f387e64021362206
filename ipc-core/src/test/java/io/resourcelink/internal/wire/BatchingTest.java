package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.NothingLeft;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.PacketPair;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

/** Messages that wait in their process, and what takes them along. The test leads, so they are sent when it polls. */
@ExtendWith(NothingLeft.class)
@Timeout(60)
class BatchingTest {

    private static final Allowance CREDITS = new Allowance(100_000, 1L << 30, 16);
    private static final long NO_WAIT = 0;

    private OutboundScene scene;
    private Watchlist watchlist;
    private Outbound outbound;
    private RemoteTarget target;

    @BeforeEach
    void open() throws Frame.Malformed {
        scene = new OutboundScene(1_000, true);
        watchlist = scene.watchlist;
        outbound = scene.outbound;
        target = outbound.redeem(7, 5, "receiver", null);
        outbound.received(new Frame.Granted(7, 5, CREDITS), List.of(), false);
        packets();
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private interface Step {

        void run() throws Exception;
    }

    /** Runs something while no other thread leads. */
    private void leading(Step step) throws Exception {
        List<PacketSocket> ends = PacketPair.open();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        try (PacketSocket watched = ends.getFirst()) {
            long key = watchlist.newKey();
            watchlist.add(watched.file(), key, (_, _, _) -> {
                watchlist.remove(watched.file(), key);
                try {
                    step.run();
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            ends.getLast().close();
            scene.poller.pollNow(() -> false);
        }
        assertThat(failure.get()).isNull();
    }

    private List<List<Frame>> packets() throws Frame.Malformed {
        return scene.packets();
    }

    private boolean send(int size, @Nullable PendingRequest request) throws InterruptedException {
        try (EncodedMessage message = new EncodedMessage(false)) {
            message.setBody(new byte[size]);
            return target.send(message, request, WaitLimit.of(NO_WAIT));
        }
    }

    private void send(int size) throws InterruptedException {
        assertThat(send(size, null)).isTrue();
    }

    private void poll() {
        watchlist.poll(0, () -> false);
    }

    private static List<Long> numbers(List<Frame> frames) {
        return frames.stream().filter(Frame.Message.class::isInstance).map(frame -> ((Frame.Message) frame).number())
                .toList();
    }

    private static List<Long> through(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void messagesWaitForTheLeaderAndShareAPacket() throws Exception {
        leading(() -> {
            for (int i = 0; i < 3; i++) {
                send(64);
            }
            assertThat(packets()).isEmpty();
            poll();
            assertThat(packets()).singleElement()
                    .satisfies(frames -> assertThat(numbers(frames)).isEqualTo(through(3)));
            poll();
            assertThat(packets()).isEmpty();
        });
    }

    /** The leader may have put it off, if this thread was fast. */
    @Test
    void aStreamIsSentWhenNoMoreComes() throws Exception {
        leading(() -> {
            for (int i = 0; i < 100; i++) {
                send(64);
            }
            List<List<Frame>> packets = packets();
            for (int turn = 0; turn < 2 && packets.isEmpty(); turn++) {
                poll();
                packets = packets();
            }
            assertThat(packets).singleElement()
                    .satisfies(frames -> assertThat(numbers(frames)).isEqualTo(through(100)));
            send(64);
            poll();
            assertThat(packets()).singleElement().extracting(BatchingTest::numbers, LIST).containsExactly(101L);
        });
    }

    @Test
    void aRequestTakesAlongWhatWaits() throws Exception {
        leading(() -> {
            send(64);
            send(64);
            assertThat(send(64, new PendingRequest())).isTrue();
            assertThat(packets()).singleElement()
                    .satisfies(frames -> assertThat(numbers(frames)).isEqualTo(through(3)));
            poll();
            assertThat(packets()).isEmpty();
        });
    }

    @Test
    void whatWaitsIsSentBeforeTheAnswerToAStop() throws Exception {
        leading(() -> {
            send(64);
            outbound.received(new Frame.Stop(7), List.of(), false);
            assertThat(packets()).singleElement().satisfies(frames -> {
                assertThat(numbers(frames)).isEqualTo(through(1));
                assertThat(frames).last().isEqualTo(new Frame.Stopped(7, 1));
            });
        });
    }

    @Test
    void whoPutsInTheLastOneThatFitsSendsThemAll() throws Exception {
        leading(() -> {
            int sent = 0;
            List<List<Frame>> packets = packets();
            while (packets.isEmpty()) {
                send(900);
                sent++;
                packets = packets();
            }
            assertThat(sent).isBetween(30, 40);
            assertThat(numbers(packets.getFirst())).isEqualTo(through(sent));
        });
    }

    @Test
    void nothingIsLostOrOvertakenWhileTheSocketIsFull() throws Exception {
        leading(() -> {
            int sent = 0;
            while (send(900, null)) {
                sent++;
            }
            outbound.connection().post(new Frame.Cancel(7, 1));
            assertThat(send(900, null)).isFalse();
            List<Frame> arrived = new ArrayList<>();
            for (List<List<Frame>> packets = packets(); !packets.isEmpty(); packets = packets()) {
                packets.forEach(arrived::addAll);
                poll();
            }
            assertThat(numbers(arrived)).isEqualTo(through(sent));
            assertThat(arrived).last().isEqualTo(new Frame.Cancel(7, 1));
            send(900);
            poll();
            assertThat(packets()).singleElement()
                    .extracting(BatchingTest::numbers, LIST).containsExactly(sent + 1L);
        });
    }

    @Test
    void whatTheSystemRefusesForLackOfMemoryIsSentLater() throws Exception {
        leading(() -> {
            send(64);
            try (SystemCalls _ = SystemCalls.failing("sendmsg", 1, Errno.ENOMEM)) {
                poll();
            }
            poll();
            assertThat(packets()).singleElement()
                    .satisfies(frames -> assertThat(numbers(frames)).isEqualTo(through(1)));
        });
    }

    @Test
    void whatWaitsIsSentAtTheEnd() throws Exception {
        leading(() -> {
            send(64);
            outbound.flushAtLast(WaitLimit.of(NO_WAIT));
            assertThat(packets()).hasSize(1);
        });
    }

    @Test
    void whatWaitsForAPeerThatIsGoneIsReported() throws Exception {
        leading(() -> {
            send(64);
            scene.peer.close();
            poll();
            outbound.connection().end(null);
            assertThat(scene.unhandled).singleElement().satisfies(messages -> assertThat(messages.last()).isEqualTo(1));
        });
    }

    @Test
    void aPeerThatDoesNotReadHoldsUpTheEndOnlyForAMoment() throws Exception {
        leading(() -> {
            boolean sent = true;
            while (sent) {
                sent = send(900, null);
            }
        });
        outbound.flushAtLast(WaitLimit.of(TimeUnit.MILLISECONDS.toNanos(50)));
        assertThat(scene.failures.count()).isEqualTo(1);
        outbound.connection().close();
        assertThat(scene.unhandled).as("the program is told").singleElement()
                .satisfies(messages -> assertThat(messages.known()).isFalse());
    }

    @Test
    void whatWasSentBeforeThisSideIsClosedIsNotReported() throws Exception {
        leading(() -> {
            send(64);
            outbound.flushAtLast(WaitLimit.of(NO_WAIT));
            outbound.connection().close();
            assertThat(scene.unhandled).isEmpty();
        });
    }

    /** As when a program closes its channel as soon as a call has failed, before the leader has told of the end. */
    @Test
    void whatIsMissingAtThePeersEndIsReportedAlthoughThisSideIsClosedToo() throws Exception {
        leading(() -> {
            send(64);
            poll();
            scene.peer.close();
            outbound.connection().end(null);
            outbound.connection().close();
            assertThat(scene.unhandled).hasSize(1);
        });
    }
}
