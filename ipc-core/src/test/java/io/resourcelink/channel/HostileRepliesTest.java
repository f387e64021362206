package io.resourcelink.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;
import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.wire.Frame;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.Frame.Parts;
import io.resourcelink.internal.wire.Frame.ReplyKind;
import io.resourcelink.internal.wire.RawPeer;
import io.resourcelink.internal.wire.RawServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Replies that nobody has asked for, that nobody takes, that cannot be read, and those that come too late. */
@Timeout(60)
class HostileRepliesTest extends HostileReceiverScene {

    @ParameterizedTest
    @ValueSource(strings = { "RESULT", "EMPTY", "FAILURE" })
    void whatRepliesCarryIsClosedIfNobodyTakesIt(ReplyKind kind) throws Exception {
        Parts parts = new Parts(new byte[0],
                List.of(new Entry.Memory(10), new Entry.Sender(true, 3, 4, RawServer.ADDRESS)), true, 10, new byte[0]);
        Pipe pipe = Pipe.open();
        try (OpenFile memory = Descriptors.unsealed(10);
                OpenFile _ = pipe.reading();
                OpenFile writing = pipe.writing()) {
            PendingReply<byte[]> pending = ask();
            for (long number : List.of(1, 1)) {
                peer.send(RawPeer.reply(SUBCHANNEL, number, kind, parts), memory, writing, memory);
            }
            peer.send(RawPeer.reply(999, 1, kind, parts), memory, writing, memory);
            assertLives();
            assertThat(pending.isDone()).isTrue();
            pending.close();
            ask().close();
            peer.next(Frame.Cancel.class);
            peer.send(RawPeer.reply(SUBCHANNEL, 3, kind, parts), memory, writing, memory);
            assertLives();
        }
    }

    @Test
    void aFailureThatCannotBeReadIsOne() throws Exception {
        try (PendingReply<byte[]> pending = ask()) {
            peer.send(RawPeer.reply(SUBCHANNEL, 1, ReplyKind.FAILURE,
                    new Parts(new byte[]{ 0, 50, 1 }, List.of(), false, 0, new byte[0])));
            assertThatExceptionOfType(MessageException.class).isThrownBy(() -> pending.await(PATIENCE))
                    .withMessageContaining("cannot be read");
        }
        assertLives();
    }

    @Test
    void aReplyCanComeAfterTheEndOfTheReceiver() throws Exception {
        try (PendingReply<byte[]> pending = ask()) {
            peer.send(new Frame.Closed(SUBCHANNEL, 0));
            reply(1);
            assertThat(pending.await(PATIENCE).orElseThrow().isEmpty()).isTrue();
        }
        Ends.assertDisconnected(sender, new byte[0]);
    }

    @Test
    void anExecutorThatRefusesATaskCostsNoConnection() throws Exception {
        try (PendingReply<byte[]> pending = ask()) {
            pending.whenDone(_ -> {
                throw new RejectedExecutionException("full");
            }, () -> {});
            reply(1);
            assertThat(pending.await(PATIENCE).orElseThrow().isEmpty()).isTrue();
        }
        assertLives();
        assertThat(channel.statistics().failures()).isOne();
    }

    @Test
    void everyTaskRunsWhenTheReplyIsThere() throws Exception {
        BlockingQueue<Integer> ran = new LinkedBlockingQueue<>();
        try (PendingReply<byte[]> pending = ask()) {
            for (int i = 0; i < 3; i++) {
                int number = i;
                pending.whenDone(Executors.newVirtualThreadPerTaskExecutor(), () -> ran.add(number));
            }
            reply(1);
            for (int i = 0; i < 3; i++) {
                assertThat(ran.poll(10, TimeUnit.SECONDS)).isNotNull();
            }
        }
    }

    @Test
    void randomAnswersHarmNobody() throws Exception {
        Random random = new Random(7);
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        try (OpenFile memory = Descriptors.unsealed(10)) {
            while (System.nanoTime() < end) {
                List<PendingReply<byte[]>> pending = new ArrayList<>();
                try {
                    for (int i = 0; i < 20; i++) {
                        pending.add(sender.request(new byte[1], BYTES, SendOptions.DEFAULT));
                        boolean region = random.nextInt(3) == 0;
                        peer.send(random(random, i + 1, region), region ? new OpenFile[]{ memory } : new OpenFile[0]);
                        pending.get(random.nextInt(i + 1)).close();
                        peer.drain();
                    }
                } catch (IpcException _) {
                    // Given up, stopped or closed.
                }
                reopen();
                for (PendingReply<byte[]> one : pending) {
                    try {
                        one.await(PATIENCE).ifPresent(Received::close);
                    } catch (IpcException | IllegalStateException _) {
                        // Every request ends.
                    }
                    one.close();
                }
            }
        }
        assertThat(failures).isNotEmpty().allMatch(ProtocolException.class::isInstance);
        failures.clear();
        assertLives();
    }

    private static Frame random(Random random, long last, boolean region) {
        long number = random.nextInt(20) == 0 ? last + 1 : 1 + random.nextLong(last);
        if (region) {
            return RawPeer.reply(SUBCHANNEL, number, List.of(ReplyKind.values()).get(random.nextInt(3)),
                    RawPeer.parts(List.of(new Entry.Memory(10))));
        }
        return switch (random.nextInt(8)) {
            case 0 -> new Frame.Credit(SUBCHANNEL, number, NOTHING);
            case 1 -> new Frame.Undelivered(SUBCHANNEL, number);
            case 2 -> new Frame.Unhandled(SUBCHANNEL, 1, number);
            case 3 -> new Frame.Stop(random.nextLong(10));
            case 4 -> new Frame.Closed(random.nextLong(10), 0);
            case 5 -> new Frame.Reply(SUBCHANNEL, number, ReplyKind.FAILURE, number, EMPTY);
            default -> RawPeer.reply(SUBCHANNEL, number, ReplyKind.RESULT, EMPTY);
        };
    }
}
