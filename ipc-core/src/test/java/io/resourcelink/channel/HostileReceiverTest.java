package io.resourcelink.channel;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.resourcelink.Deadline;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.channel.jackson.JacksonCodec;
import io.resourcelink.error.DifferentDirectoryException;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.wire.Allowance;
import io.resourcelink.internal.wire.Directories;
import io.resourcelink.internal.wire.EncodedMessage;
import io.resourcelink.internal.wire.Frame;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.Frame.ReplyKind;
import io.resourcelink.internal.wire.RawPeer;
import io.resourcelink.internal.wire.RawServer;
import io.resourcelink.internal.wire.ServerName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Receiving processes that break the protocol lose their connection, or are ignored. They harm only senders to themselves. */
@Timeout(60)
class HostileReceiverTest extends HostileReceiverScene {

    @Test
    void whoSpeaksOfMessagesThatWereNotSentIsGivenUp() throws Exception {
        sender.send(new byte[1]);
        for (Frame frame : List.of(new Frame.Reply(SUBCHANNEL, 2, ReplyKind.EMPTY, 0, EMPTY),
                new Frame.Reply(SUBCHANNEL, 1, ReplyKind.EMPTY, 2, EMPTY), new Frame.Credit(SUBCHANNEL, 2, NOTHING),
                new Frame.Undelivered(SUBCHANNEL, 2), new Frame.Unhandled(SUBCHANNEL, 1, Long.MAX_VALUE))) {
            peer.send(frame);
            assertGivenUp("at most 1");
            reopen();
            sender.send(new byte[1]);
        }
    }

    @Test
    void whoSaysWhatOnlySendersSayIsGivenUp() throws Exception {
        Pipe pipe = Pipe.open();
        try (OpenFile reading = pipe.reading(); OpenFile _ = pipe.writing()) {
            for (Frame frame : List.of(RawPeer.message(SUBCHANNEL, false, 0, List.of(new Entry.Memory(1)), new byte[0]),
                    new Frame.Ticket(SUBCHANNEL, 5))) {
                peer.send(frame, reading);
                assertGivenUp("an answer");
                reopen();
            }
        }
        for (Frame frame : List.of(new Frame.Redeem(SUBCHANNEL, 5), new Frame.Release(SUBCHANNEL, 1),
                new Frame.Stopped(SUBCHANNEL, 0), new Frame.Cancel(SUBCHANNEL, 1))) {
            peer.send(frame);
            assertGivenUp("an answer");
            reopen();
        }
    }

    @Test
    void answersThatCannotBeUsedAreIgnored() throws Exception {
        sender.send(new byte[1]);
        reply(1);
        reply(1);
        peer.send(new Frame.Undelivered(999, 1));
        peer.send(new Frame.Unhandled(SUBCHANNEL, 1, 1));
        peer.send(new Frame.Unhandled(999, 1, Long.MAX_VALUE));
        peer.send(new Frame.Credit(999, 5, NOTHING));
        peer.send(new Frame.Stop(999));
        peer.send(new Frame.Closed(999, 0));
        peer.send(new Frame.Closed(0, 0));
        peer.send(RawPeer.reply(999, 1, ReplyKind.RESULT, EMPTY));
        assertLives();
        assertThat(reported).as("a message that was settled already").isEmpty();
    }

    @Test
    void noCreditIsTooMuch() throws Exception {
        peer.close();
        sender.close();
        Deadline.awaitTrue("the end was noticed", () -> channel.statistics().connections() == 0);
        connect(new Allowance(Integer.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE));
        for (int i = 0; i < 3; i++) {
            peer.send(new Frame.Credit(SUBCHANNEL, 0,
                    new Allowance(Integer.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE)));
            assertLives();
        }
        assertThat(sender.trySend(new byte[1])).isTrue();
    }

    @Test
    void onlyTheFirstStopIsAnswered() throws Exception {
        sender.send(new byte[1]);
        for (int i = 0; i < 3; i++) {
            peer.send(new Frame.Stop(SUBCHANNEL));
        }
        // Granted behind the stops: its answer comes after theirs.
        FutureTask<SubSender<byte[]>> connecting = inBackground(() -> channel.connect(server.name(), BYTES));
        RawServer.grantNext(peer, CREDITS);
        connecting.get(10, TimeUnit.SECONDS).close();
        sender.close();
        int answers = 0;
        for (Frame frame = peer.next(); !(frame instanceof Frame.Release); frame = peer.next()) {
            answers += frame instanceof Frame.Stopped ? 1 : 0;
        }
        assertThat(answers).isLessThanOrEqualTo(1);
    }

    @Test
    void whatOtherFramesOfAPacketCarryIsClosedIfOneIsMalformed() throws Exception {
        Frame one = RawPeer.reply(SUBCHANNEL, 1, ReplyKind.RESULT, RawPeer.parts(List.of(new Entry.Memory(10))));
        try (PendingReply<byte[]> _ = ask(); OpenFile memory = Descriptors.unsealed(10)) {
            peer.sendTogether(List.of(one, new Frame.Cancel(SUBCHANNEL, 1), one), memory, memory);
            assertGivenUp("an answer");
        }
    }

    /** Otherwise the receiver would wait for ever for what was to be said. */
    @Test
    void aFrameThatCannotBePostedEndsTheConnection() throws Exception {
        Thread own = Thread.currentThread();
        try (SystemCalls _ = SystemCalls.accompanied((call, _) -> {
            if (call.equals("sendmsg")) {
                throw new OutOfMemoryError("a test");
            }
            return 0;
        }, own::equals)) {
            assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(sender::close);
        }
        peer.awaitEnd();
    }

    /** A sender that comes too late hears that the receiver is closed. Those that were in time wait for what becomes of theirs. */
    @Test
    void aSenderThatIsRefusedSaysNothingOfTheMessagesOfOthers() throws Exception {
        sender.send(new byte[1]);
        Subchannel<Addressed> own = channel.subchannel(Addressed.class);
        Pipe pipe = Pipe.open();
        try (OpenFile _ = pipe.reading();
                OpenFile writing = pipe.writing();
                RawPeer carrier = RawPeer.greeted(directory, channelAddress())) {
            SubSender<byte[]> late = carried(own, carrier, writing);
            peer.send(new Frame.Closed(SUBCHANNEL, 99));
            Ends.assertDisconnected(late, new byte[0]);
            late.close();
        }
        assertThat(reported).isEmpty();
        peer.send(new Frame.Unhandled(SUBCHANNEL, 1, 1));
        assertThat(reported.poll(10, TimeUnit.SECONDS)).satisfies(messages -> assertThat(messages.known()).isTrue());
        own.close();
    }

    /** What a connection leaves undone when it ends is done a moment later. */
    @Test
    void everyWaitEndsAlthoughWhatTheConnectionHoldsCannotBeClosedAtOnce() throws Exception {
        Subchannel<Addressed> own = channel.subchannel(Addressed.class);
        Pipe pipe = Pipe.open();
        try (OpenFile _ = pipe.reading();
                OpenFile writing = pipe.writing();
                RawPeer carrier = RawPeer.greeted(directory, channelAddress());
                PendingReply<byte[]> pending = ask()) {
            SubSender<byte[]> unanswered = carried(own, carrier, writing);
            try (SystemCalls _ = SystemCalls.accompanied(new SystemCalls.Companion() {

                @Override
                public int before(String call, int nth) {
                    return 0;
                }

                @Override
                public void after(String call, int nth) {
                    if (call.equals("close") && nth <= 2) {
                        throw new OutOfMemoryError("a test");
                    }
                }
            }, thread -> thread.getName().startsWith("ipc-channel"))) {
                peer.close();
                assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> pending.await(PATIENCE));
                Ends.assertDisconnected(unanswered, new byte[0]);
                Deadline.awaitTrue("the end is told", () -> channel.statistics().disconnects() == 1);
            }
            unanswered.close();
        }
        own.close();
    }

    /** A sender to the server that a channel has received, and whose ticket is redeemed. */
    private SubSender<byte[]> carried(Subchannel<Addressed> own, RawPeer carrier, OpenFile writing) throws Exception {
        long subchannel = own.receiver().inbox().subchannel();
        carrier.send(new Frame.Redeem(subchannel, RawPeer.ticket()));
        carrier.next(Frame.Granted.class);
        byte[] body = encoded(new Addressed(sender));
        carrier.send(RawPeer.message(subchannel, false, body.length,
                List.of(new Entry.Sender(true, SUBCHANNEL, 99, RawServer.ADDRESS)), body), writing);
        SubSender<byte[]> got = own.receiver().receive(PATIENCE).orElseThrow().sender();
        peer.next(Frame.Redeem.class);
        return got;
    }

    record Addressed(SubSender<byte[]> sender) {}

    private static byte[] encoded(Addressed message) {
        try (EncodedMessage encoded = new EncodedMessage(false)) {
            Encoding.encode(new JacksonCodec(), message, MessageType.of(Addressed.class), encoded, false);
            return encoded.body();
        }
    }

    private String channelAddress() {
        try (OneShotServer<byte[]> any = channel.oneShotServer(BYTES)) {
            return ServerName.parse(any.name()).address();
        }
    }

    @Test
    void whoClosesItsOwnChannelHearsOfNoMessages() throws Exception {
        sender.send(new byte[1]);
        try (PendingReply<byte[]> pending = ask()) {
            channel.close();
            assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> pending.await(PATIENCE));
        }
        assertThat(reported).isEmpty();
    }

    @Test
    void theEndOfTheProcessTellsWhichMessagesMayBeMissing() throws Exception {
        sender.send(new byte[1]);
        sender.send(new byte[1]);
        sender.send(new byte[1]);
        peer.send(new Frame.Credit(SUBCHANNEL, 1, NOTHING));
        assertLives();
        peer.close();
        UnhandledMessages missing = reported.poll(10, TimeUnit.SECONDS);
        assertThat(missing).isEqualTo(new UnhandledMessages(server.name(), missing.peer(), 2, 3, false));
    }

    record Linked(ResourceLink link) {}

    /** What it says about its directories costs nothing but the links that would go there. */
    @Test
    void whoSaysAnythingAboutItsSegmentsGetsNoLinksOrAllOfThem(Path root) throws Exception {
        try (ResourceLinkFactory segments = ResourceLinkFactory.builder().directory(root.resolve("s")).build();
                ResourceLink link = segments.create("frame", 8)) {
            Linked message = new Linked(link);
            for (long any : new long[]{ 1, -1, Long.MIN_VALUE, Long.MAX_VALUE }) {
                reopen(new Directories(any, 0));
                assertThatExceptionOfType(DifferentDirectoryException.class)
                        .isThrownBy(() -> sender.typed(Linked.class).send(message));
                assertLives();
                assertThat(link.refcount()).isOne();
            }
            reopen(new Directories(0, -1));
            sender.typed(Linked.class).send(message);
            assertThat(peer.next(Frame.Message.class).parts().entries()).hasSize(1);
            assertLives();
        }
    }
}
