package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.PacketSocket.Sent;
import io.resourcelink.internal.wire.Frame;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.RawPeer;
import io.resourcelink.internal.wire.ServerName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/** Sending processes that break the rules of numbers, stops and requests lose their connection, or are ignored. */
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(60)
class HostileSenderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final MessageType<byte[]> BYTES = MessageType.of(byte[].class);

    private final BlockingQueue<IpcException> failures = new LinkedBlockingQueue<>();
    private Directory directory;
    private Channel channel;
    private SubReceiver<byte[]> receiver;
    private long subchannel;
    private String address;
    private RawPeer peer;

    @BeforeEach
    void open(Path root) throws Exception {
        Path sockets = root.resolve("c");
        channel = Channel.builder().directory(sockets).listener(new ChannelListener() {

            @Override
            public void failed(IpcException failure) {
                failures.add(failure);
            }
        }).open();
        directory = Directory.open(sockets, 0700);
        OneShotServer<byte[]> server = channel.oneShotServer(BYTES);
        ServerName name = ServerName.parse(server.name());
        address = name.address();
        peer = RawPeer.greeted(directory, address);
        peer.send(new Frame.Redeem(0, name.number()));
        subchannel = peer.next(Frame.Granted.class).subchannel();
        peer.send(message());
        receiver = server.accept().receiver();
    }

    @AfterEach
    void close() {
        peer.close();
        channel.close();
        directory.close();
    }

    private Frame.Message message() {
        return RawPeer.message(subchannel, false, 0, List.of(), new byte[0]);
    }

    private Frame.Message numbered(long number) {
        return new Frame.Message(subchannel, number, false, 0, 0, RawPeer.parts(List.of()));
    }

    private static <T> FutureTask<T> inBackground(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.startVirtualThread(task);
        return task;
    }

    private void assertGivenUp(String why) throws Exception {
        assertThat(failures.poll(10, TimeUnit.SECONDS)).isInstanceOf(ProtocolException.class).hasMessageContaining(why);
        peer.awaitEnd();
        while (receiver.size() > 0) {
            receiver.receive();
        }
        Ends.assertDisconnected(receiver);
    }

    @Test
    void aNumberThatComesTwiceIsMalformed() throws Exception {
        peer.send(numbered(1));
        assertGivenUp("number 2");
    }

    @Test
    void aGapIsMalformed() throws Exception {
        peer.send(numbered(3));
        assertGivenUp("number 2");
    }

    @Test
    void aStopAfterAnotherMessageIsMalformed() throws Exception {
        receiver.stop();
        peer.send(new Frame.Stopped(subchannel, 0));
        assertGivenUp("after message 1");
    }

    @Test
    void aMessageAfterTheAnswerToAStopIsMalformed() throws Exception {
        receiver.stop();
        peer.send(new Frame.Stopped(subchannel, 1));
        peer.send(new Frame.Stopped(999, 5));
        peer.send(message());
        assertGivenUp("none after the answer");
    }

    @Test
    void theEndOfARequestThatWasNotSentIsMalformed() throws Exception {
        peer.send(new Frame.Cancel(999, 5));
        peer.send(new Frame.Cancel(subchannel, 1));
        peer.send(new Frame.Cancel(subchannel, 2));
        assertGivenUp("at most 1");
    }

    @Test
    void unknownFlagsAreMalformedIfTheyMustBeKnown() throws Exception {
        byte[] image = new byte[24 + 16 + 12];
        image[0] = 2;
        image[1] = (byte) 0xF0;
        image[4] = (byte) image.length;
        image[8] = (byte) subchannel;
        image[16] = 2;
        peer.send(image);
        Deadline.awaitTrue("hints are ignored", () -> receiver.size() == 1);
        image[1] = 8;
        image[16] = 3;
        peer.send(image);
        assertGivenUp("flags 8");
    }

    @Test
    void whatOtherFramesOfAPacketCarryIsClosedIfOneIsMalformed() throws Exception {
        Frame memory = RawPeer.message(subchannel, false, 0, List.of(new Entry.Memory(10)), new byte[0]);
        try (OpenFile file = Descriptors.unsealed(10)) {
            peer.sendTogether(List.of(memory, new Frame.Stop(subchannel), memory), file, file);
        }
        assertThat(failures.poll(10, TimeUnit.SECONDS)).isInstanceOf(ProtocolException.class);
        assertThat(receiver.size()).as("the first frame was taken in").isOne();
    }

    @Test
    void noReplyGoesToARequestThatWasGivenUp() throws Exception {
        peer.send(RawPeer.request(subchannel));
        peer.send(new Frame.Cancel(subchannel, 2));
        peer.send(message());
        Ends.awaitMessages(receiver, 2);
        try (Received<byte[]> request = receiver.take()) {
            assertThat(request.reply(new byte[1], BYTES, SendOptions.DEFAULT)).isFalse();
        }
        receiver.receive();
        receiver.close();
        for (Frame frame = peer.next(); !(frame instanceof Frame.Closed); frame = peer.next()) {
            assertThat(frame).isNotInstanceOf(Frame.Reply.class);
        }
    }

    /** A packet has room for thousands of questions. As soon as the answers pile up, no more packets are read. */
    @Test
    void whoAsksInLongPacketsAndNeverReadsIsNotReadAnyMore() {
        List<Frame> questions = Collections.nCopies(5_000, new Frame.Redeem(0, 5));
        int sent = 0;
        while (sent < 70 && peer.sendTogether(questions) == Sent.DONE) {
            sent++;
        }
        assertThat(sent).isLessThan(20);
    }

    /** The thread that drains waits at the same place as those that receive, and must not be woken in place of them. */
    @Test
    void aMessageWakesAReceiverWhileAnotherThreadDrains() throws Exception {
        Thread[] threads = new Thread[2];
        FutureTask<DrainReport> draining = new FutureTask<>(() -> receiver.drain(PATIENCE));
        threads[0] = Thread.startVirtualThread(draining);
        peer.next(Frame.Stop.class);
        awaitWaiting(threads[0]);
        FutureTask<Integer> receiving = new FutureTask<>(() -> {
            try (Received<byte[]> received = receiver.take()) {
                return received.message().length;
            }
        });
        threads[1] = Thread.startVirtualThread(receiving);
        awaitWaiting(threads[1]);
        peer.send(message());
        assertThat(receiving.get(5, TimeUnit.SECONDS)).isZero();
        peer.send(new Frame.Stopped(subchannel, 2));
        assertThat(draining.get(10, TimeUnit.SECONDS).isComplete()).isTrue();
    }

    private static void awaitWaiting(Thread thread) {
        Deadline.awaitTrue("the thread waits", () -> thread.getState() == Thread.State.TIMED_WAITING
                || thread.getState() == Thread.State.WAITING);
    }

    @Test
    void aSenderThatDoesNotAnswerAStopIsNamed() throws Exception {
        DrainReport report = receiver.drain(Duration.ofMillis(50));
        assertThat(report.silent()).hasSize(1);
        assertThat(report.isComplete()).isFalse();
        assertThat(peer.next(Frame.Closed.class).subchannel()).isEqualTo(subchannel);
    }

    @Test
    void whatADeadSenderHasSentAndIsNotHandledInTimeIsReported() throws Exception {
        peer.send(message());
        Ends.awaitMessages(receiver, 1);
        Received<byte[]> running = receiver.take();
        peer.close();
        Deadline.awaitTrue("its end was noticed", () -> channel.statistics().connections() == 0);
        DrainReport report = receiver.drain(Duration.ZERO);
        assertThat(report.unhandled()).extracting(UnhandledMessages::first, UnhandledMessages::last)
                .containsExactly(tuple(running.number(), running.number()));
        assertThat(report.silent()).isEmpty();
        running.close();
    }

    @Test
    void theDeathOfASenderEndsTheWaitForItsAnswer() throws Exception {
        FutureTask<DrainReport> draining = inBackground(() -> receiver.drain(PATIENCE));
        peer.next(Frame.Stop.class);
        peer.close();
        assertThat(draining.get(5, TimeUnit.SECONDS).isComplete()).isTrue();
    }

    @Test
    void aRequestThatCrossesTheEndOfItsReceiverIsReported() throws Exception {
        receiver.close();
        peer.send(RawPeer.request(subchannel));
        assertThat(peer.next(Frame.Unhandled.class)).isEqualTo(new Frame.Unhandled(subchannel, 2, 2));
        peer.send(new Frame.Stopped(subchannel, 9));
        peer.send(new Frame.Cancel(subchannel, 9));
        peer.send(new Frame.Release(subchannel, 1));
        peer.send(new Frame.Redeem(subchannel, 9));
        assertThat(peer.next(Frame.Closed.class)).isEqualTo(new Frame.Closed(subchannel, 9));
        assertThat(failures).isEmpty();
    }

    @Test
    void closingTheChannelEndsTheWaitForAReplyWithinIt() throws Exception {
        Subchannel<byte[]> own = channel.bytes();
        PendingReply<byte[]> pending = own.sender().request(new byte[1], BYTES, SendOptions.DEFAULT);
        Received<byte[]> request = own.receiver().take();
        FutureTask<Object> waiting = new FutureTask<>(() -> pending.await(PATIENCE));
        awaitWaiting(Thread.startVirtualThread(waiting));
        channel.close();
        assertThatExceptionOfType(java.util.concurrent.ExecutionException.class)
                .isThrownBy(() -> waiting.get(5, TimeUnit.SECONDS))
                .withCauseInstanceOf(DisconnectedException.class);
        request.close();
        pending.close();
        own.close();
    }

    @Test
    void aServerThatWasStoppedLeavesTheNameToItsSuccessor() throws Exception {
        NamedServer<byte[]> old = channel.serve("name", BYTES);
        old.stop();
        try (NamedServer<byte[]> successor = channel.serve("name", BYTES)) {
            old.stop();
            assertThat(successor.isReachable()).isTrue();
            old.drain(PATIENCE);
            old.close();
            assertThat(successor.isReachable()).isTrue();
            channel.connect("name", BYTES).close();
        }
    }
}
