package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.wire.Allowance;
import io.resourcelink.internal.wire.Directories;
import io.resourcelink.internal.wire.Frame;
import io.resourcelink.internal.wire.Frame.Parts;
import io.resourcelink.internal.wire.Frame.ReplyKind;
import io.resourcelink.internal.wire.RawPeer;
import io.resourcelink.internal.wire.RawServer;

import static org.assertj.core.api.Assertions.assertThat;

/** A channel that sends to a process which follows no protocol. */
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
abstract class HostileReceiverScene {

    static final Duration PATIENCE = Duration.ofSeconds(10);
    static final long SUBCHANNEL = RawServer.SUBCHANNEL;
    static final Allowance CREDITS = new Allowance(100, 1 << 20, 100);
    static final Allowance NOTHING = new Allowance(0, 0, 0);
    static final MessageType<byte[]> BYTES = MessageType.of(byte[].class);
    static final Parts EMPTY = RawPeer.parts(List.of());

    final BlockingQueue<IpcException> failures = new LinkedBlockingQueue<>();
    final BlockingQueue<UnhandledMessages> reported = new LinkedBlockingQueue<>();
    Directory directory;
    Channel channel;
    RawServer server;
    RawPeer peer;
    SubSender<byte[]> sender;

    @BeforeEach
    void open(Path root) throws Exception {
        Path sockets = root.resolve("c");
        channel = Channel.builder().directory(sockets).listener(new ChannelListener() {

            @Override
            public void failed(IpcException failure) {
                failures.add(failure);
            }

            @Override
            public void unhandled(UnhandledMessages messages) {
                reported.add(messages);
            }
        }).open();
        directory = Directory.open(sockets, 0700);
        server = new RawServer(sockets, directory);
        FutureTask<SubSender<byte[]>> connecting = connecting();
        peer = server.grant(CREDITS);
        sender = connecting.get(10, TimeUnit.SECONDS);
    }

    private FutureTask<SubSender<byte[]>> connecting() {
        return inBackground(() -> channel.connect(server.name(), BYTES));
    }

    void connect(Allowance credits) throws Exception {
        connect(credits, Directories.UNKNOWN);
    }

    void connect(Allowance credits, Directories directories) throws Exception {
        FutureTask<SubSender<byte[]>> connecting = connecting();
        peer = server.grant(credits, directories);
        sender = connecting.get(10, TimeUnit.SECONDS);
    }

    static <T> FutureTask<T> inBackground(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.startVirtualThread(task);
        return task;
    }

    @AfterEach
    void close() throws Exception {
        sender.close();
        channel.close();
        peer.close();
        server.close();
        directory.close();
    }

    PendingReply<byte[]> ask() throws Exception {
        PendingReply<byte[]> pending = sender.request(new byte[1], BYTES, SendOptions.DEFAULT);
        peer.next(Frame.Message.class);
        return pending;
    }

    void reply(long number) {
        peer.send(RawPeer.reply(SUBCHANNEL, number, ReplyKind.EMPTY, EMPTY));
    }

    void assertGivenUp(String why) throws Exception {
        assertThat(failures.poll(10, TimeUnit.SECONDS)).isInstanceOf(ProtocolException.class).hasMessageContaining(why);
        peer.awaitEnd();
        Ends.assertDisconnected(sender, new byte[0]);
    }

    /** What was said before has been read, and the connection lives. */
    void assertLives() throws Exception {
        long messages = 0;
        try (PendingReply<byte[]> pending = sender.request(new byte[1], BYTES, SendOptions.DEFAULT)) {
            Frame.Message request = peer.next(Frame.Message.class);
            while (!request.wantsReply()) {
                request = peer.next(Frame.Message.class);
            }
            messages = request.number();
            reply(messages);
            pending.await(PATIENCE).orElseThrow().close();
        }
        assertThat(failures).isEmpty();
    }

    void reopen() throws Exception {
        reopen(Directories.UNKNOWN);
    }

    void reopen(Directories directories) throws Exception {
        sender.close();
        peer.close();
        Deadline.awaitTrue("the end was noticed", () -> channel.statistics().connections() == 0);
        connect(CREDITS, directories);
    }
}
