package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.LingeringSockets;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.wire.Directories;
import io.resourcelink.internal.wire.Frame;
import io.resourcelink.internal.wire.RawPeer;
import io.resourcelink.internal.wire.ServerName;

import static org.assertj.core.api.Assertions.assertThat;

/** A peer that sends descriptors on which {@code close(2)} waits holds up nobody: no other peer, and no {@code close()}. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(value = 50, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LingeringDescriptorsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int SOCKETS = 100;

    /** A channel whose leader a test can hold, so that what was sent has no other holder left when it is read. */
    private static final class Victim implements AutoCloseable {

        final CountDownLatch held = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);
        final Channel channel;
        final Channel other;
        final Directory directory;
        final OneShotServer<byte[]> server;
        final SubSender<byte[]> sender;
        final SubReceiver<byte[]> receiver;
        final String address;
        byte number;

        Victim(Path root) throws InterruptedException {
            channel = Channel.builder().directory(root).listener(new ChannelListener() {
                @Override
                public void failed(IpcException failure) {
                    held.countDown();
                    awaitRelease();
                }
            }).open();
            other = Channel.builder().directory(root).open();
            directory = Directory.open(root, 0700);
            server = channel.oneShotServer(byte[].class);
            address = ServerName.parse(server.name()).address();
            sender = other.connect(server.name(), byte[].class);
            sender.send(new byte[]{ 0 });
            receiver = server.accept().receiver();
        }

        private void awaitRelease() {
            try {
                released.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        /** Its leader is in the listener until {@code released}. */
        void hold() throws InterruptedException {
            try (RawPeer rude = RawPeer.greeted(directory, address)) {
                rude.send(new byte[]{ 99, 99, 99, 99 });
                held.await();
            }
        }

        void assertWorks() throws InterruptedException {
            number++;
            assertThat(sender.send(new byte[]{ number }, PATIENCE)).isTrue();
            assertThat(receiver.receive(PATIENCE)).hasValueSatisfying(got -> assertThat(got).containsExactly(number));
        }

        @Override
        public void close() {
            sender.close();
            receiver.close();
            server.close();
            directory.close();
            other.close();
            channel.close();
        }
    }

    @Test
    void aHundredInGreetings(Path root) throws Exception {
        long before = countSockets();
        try (LingeringSockets sockets = new LingeringSockets(SOCKETS)) {
            List<RawPeer> peers = new ArrayList<>();
            try (Victim victim = new Victim(root)) {
                victim.hold();
                for (int i = 0; i < SOCKETS; i += 10) {
                    RawPeer peer = new RawPeer(victim.directory, victim.address);
                    peers.add(peer);
                    peer.send(new Frame.Hello(Frame.VERSION, 0, Directories.UNKNOWN),
                            sockets.descriptors().subList(i, i + 10).toArray(OpenFile[]::new));
                }
                sockets.leave();
                victim.released.countDown();
                victim.assertWorks();
            } finally {
                peers.forEach(RawPeer::close);
            }
        }
        awaitSockets(before);
    }

    /** The kernel closes what waits in a socket when that is closed, in the same call. */
    @Test
    void aHundredInsideOthers(Path root) throws Exception {
        long before = countSockets();
        try (LingeringSockets sockets = new LingeringSockets(SOCKETS)) {
            List<RawPeer> peers = new ArrayList<>();
            try (Victim victim = new Victim(root)) {
                victim.hold();
                for (int i = 0; i < SOCKETS; i += 10) {
                    RawPeer peer = new RawPeer(victim.directory, victim.address);
                    peers.add(peer);
                    sendInside(peer, sockets.descriptors().subList(i, i + 10));
                }
                sockets.leave();
                victim.released.countDown();
                victim.assertWorks();
            } finally {
                peers.forEach(RawPeer::close);
            }
        }
        awaitSockets(before);
    }

    private static void sendInside(RawPeer peer, List<OpenFile> descriptors) {
        List<PacketSocket> pair = PacketSocket.pair();
        try (PacketSocket from = pair.get(0);
                PacketSocket to = pair.get(1);
                Packet packet = new Packet()) {
            assertThat(from.send(packet, 1, descriptors)).isEqualTo(PacketSocket.Sent.DONE);
            peer.send(new Frame.Hello(Frame.VERSION, 0, Directories.UNKNOWN), to.file());
        }
    }

    /** The JDK opens one for good when it closes its first one. */
    private static long countSockets() throws IOException {
        new LingeringSockets(1).close();
        return Descriptors.count("socket:");
    }

    private static void awaitSockets(long most) throws IOException {
        Deadline.awaitTrue("the sockets are closed", () -> Descriptors.count("socket:") <= most);
    }
}
