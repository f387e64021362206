package io.resourcelink.channel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.IpcException;
import io.resourcelink.os.Descriptors;
import io.resourcelink.os.Directory;
import io.resourcelink.os.OpenFile;

import static org.assertj.core.api.Assertions.assertThat;

/** A peer sends sockets whose closing waits for two minutes, and keeps none: the channel would be the one that waits. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
@SuppressWarnings("try") // Some are opened only to be there.
class LingeringSocketTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int SOCKETS = 100;
    private static final int LINGER_SECONDS = 120;

    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    /** Holds the channel's thread, so that all sockets have been sent, and closed here, before the first one is received. */
    private final ChannelListener holding = new ChannelListener() {
        @Override
        public void failed(IpcException failure) {
            held.countDown();
            try {
                assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    };

    @Test
    void nobodyWaitsForSocketsThatLinger(Path root) throws Exception {
        List<RawPeer> peers = new ArrayList<>();
        // The first socket channel that is closed has the JDK open a socket that it keeps.
        listening().close();
        long before = countSockets();
        try (Channel channel = Channel.builder().directory(root).listener(holding).open();
                Channel other = Channel.builder().directory(root).open();
                Directory directory = Directory.open(root, 0700);
                ServerSocketChannel server = listening();
                OneShotServer<byte[]> serving = channel.oneShotServer(byte[].class)) {
            String address = ServerName.parse(serving.name()).address();
            try (SubSender<byte[]> sibling = other.connect(serving.name(), byte[].class)) {
                sibling.send(new byte[]{ 1 });
                SubReceiver<byte[]> receiver = serving.accept().receiver();
                try (RawPeer rude = new RawPeer(directory, address)) {
                    rude.send(new byte[3]);
                    assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
                }
                for (int i = 0; i < SOCKETS; i++) {
                    RawPeer peer = new RawPeer(directory, address);
                    peers.add(peer);
                    sendLingering(server, peer);
                }
                go.countDown();
                assertThat(sibling.send(new byte[]{ 2 }, PATIENCE)).isTrue();
                assertThat(receiver.receive(PATIENCE)).hasValueSatisfying(
                        bytes -> assertThat(bytes).containsExactly(2));
                receiver.close();
            }
        }
        peers.forEach(RawPeer::close);
        Waits.until(() -> countSockets() <= before);
    }

    private static long countSockets() {
        try {
            return Descriptors.count("socket:");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerSocketChannel listening() throws IOException {
        return ServerSocketChannel.open().setOption(StandardSocketOptions.SO_RCVBUF, 4096)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), SOCKETS);
    }

    private static void sendLingering(ServerSocketChannel server, RawPeer peer) throws IOException {
        try (SocketChannel socket = SocketChannel.open()) {
            socket.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
            socket.setOption(StandardSocketOptions.SO_LINGER, LINGER_SECONDS);
            OpenFile descriptor = Descriptors.newest();
            socket.connect(server.getLocalAddress());
            socket.configureBlocking(false);
            while (socket.write(ByteBuffer.allocate(4096)) > 0) {
                // Until nothing more fits in.
            }
            peer.send(new Frame.Hello(Frame.VERSION), descriptor);
        }
    }
}
