package io.resourcelink.channel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.wire.Frame;
import io.resourcelink.internal.wire.RawPeer;
import io.resourcelink.internal.wire.ServerName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Senders that arrive, send or leave while their receiver stops break no rule, and lose nothing without a word. */
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(60)
class LateSenderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final MessageType<byte[]> BYTES = MessageType.of(byte[].class);

    private final BlockingQueue<IpcException> failures = new LinkedBlockingQueue<>();
    private Directory directory;
    private Channel channel;
    private NamedServer<byte[]> server;
    private SubSender<byte[]> own;
    private RawPeer peer;
    private long subchannel;

    /** A peer that has sent one message and closed its only sender. Another sender is open, as one in transit would be. */
    @BeforeEach
    void open(Path root) throws Exception {
        Path sockets = root.resolve("c");
        channel = Channel.builder().directory(sockets).listener(new ChannelListener() {

            @Override
            public void failed(IpcException failure) {
                failures.add(failure);
            }
        }).open();
        server = channel.serve("late", BYTES);
        own = channel.connect("late", byte[].class, PATIENCE);
        directory = Directory.open(sockets, 0700);
        ServerName name = ServerName.parse(Files.readSymbolicLink(sockets.resolve("@late")).toString());
        peer = RawPeer.greeted(directory, name.address());
        peer.send(new Frame.Redeem(0, name.number()));
        subchannel = peer.next(Frame.Granted.class).subchannel();
        peer.sendTogether(List.of(message(), new Frame.Release(subchannel, 1)));
        server.receiver().receive();
    }

    @AfterEach
    void close() {
        peer.close();
        channel.close();
        directory.close();
        assertThat(failures).isEmpty();
    }

    private Frame.Message message() {
        return RawPeer.message(subchannel, false, 0, List.of(), new byte[0]);
    }

    private Frame.Redeem redeem() {
        return new Frame.Redeem(subchannel, RawPeer.ticket());
    }

    @Test
    void releaseMayNameSendersThatWereRefused() throws Exception {
        server.stop();
        peer.next(Frame.Stop.class);
        peer.send(new Frame.Stopped(subchannel, 1));
        for (int i = 0; i < 3; i++) {
            peer.send(redeem());
            assertThat(peer.next(Frame.Closed.class).subchannel()).isEqualTo(subchannel);
            peer.send(new Frame.Release(subchannel, 1));
        }
        assertThat(server.drain(PATIENCE).isComplete()).isTrue();
    }

    @Test
    void whatASenderHasSentBeforeItLearnsOfTheStopIsReceived() throws Exception {
        server.stop();
        peer.sendTogether(List.of(redeem(), message()));
        peer.next(Frame.Granted.class);
        peer.send(new Frame.Stopped(subchannel, 2));
        try (Received<byte[]> received = server.receiver().take()) {
            assertThat(received.number()).isEqualTo(2);
        }
        assertThat(server.drain(PATIENCE).isComplete()).isTrue();
    }

    @Test
    void senderThatIsGrantedDuringTheStopIsToldOfItAfterTheGrant() throws Exception {
        server.stop();
        peer.send(redeem());
        peer.next(Frame.Granted.class);
        assertThat(peer.next(Frame.Stop.class).subchannel()).isEqualTo(subchannel);
    }

    @Test
    void sendersOfTheChannelItselfThatComeDuringTheStopAreGone() throws Exception {
        peer.send(redeem());
        peer.next(Frame.Granted.class);
        try (Subchannel<SubSender<byte[]>> senders = channel.subchannel(new MessageType<>() {
        })) {
            senders.sender().send(own);
            own.close();
            server.stop();
            try (SubSender<byte[]> late = senders.receiver().receive()) {
                assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> late.send(new byte[0]));
            }
        }
        peer.send(message());
        try (Received<byte[]> received = server.receiver().take()) {
            assertThat(received.number()).isEqualTo(2);
        }
        peer.send(new Frame.Stopped(subchannel, 2));
        assertThat(server.drain(PATIENCE).isComplete()).isTrue();
    }
}
