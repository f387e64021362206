package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.channel.jackson.JacksonCodec;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.wire.EncodedMessage;
import io.resourcelink.internal.wire.Frame;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.RawPeer;
import io.resourcelink.internal.wire.ServerName;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;

/** A channel that is attacked, and a sibling of the attacker that behaves. */
@SuppressWarnings("try") // It closes with InterruptedException.
final class HostilePeerScene implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    record Cargo(SharedMemory memory) {}

    final BlockingQueue<IpcException> failures = new LinkedBlockingQueue<>();
    final ResourceLinkFactory segments;
    final Channel channel;
    final Channel other;
    final Directory directory;
    final OneShotServer<byte[]> server;
    final SubSender<byte[]> sibling;
    final SubReceiver<byte[]> receiver;
    final Subchannel<Cargo> cargo;
    final String address;
    final List<AutoCloseable> opened = new ArrayList<>();
    final long descriptors;
    byte sent;

    HostilePeerScene(Path root) throws Exception {
        this(root, false);
    }

    HostilePeerScene(Path root, boolean immutableMemoryOnly) throws Exception {
        Path sockets = root.resolve("c");
        segments = ResourceLinkFactory.builder().directory(root).build();
        ChannelBuilder builder = Channel.builder().directory(sockets).segments(segments)
                .credits(new Credits(8, 1 << 20, 16)).listener(new ChannelListener() {
                    @Override
                    public void failed(IpcException failure) {
                        failures.add(failure);
                    }
                });
        channel = (immutableMemoryOnly ? builder.immutableMemoryOnly() : builder).open();
        other = Channel.builder().directory(sockets).open();
        directory = Directory.open(sockets, 0700);
        server = channel.oneShotServer(byte[].class);
        address = ServerName.parse(server.name()).address();
        sibling = other.connect(server.name(), byte[].class);
        sibling.send(new byte[]{ 0 });
        receiver = server.accept().receiver();
        cargo = channel.subchannel(Cargo.class);
        descriptors = countDescriptors();
    }

    RawPeer peer() {
        RawPeer peer = RawPeer.greeted(directory, address);
        opened.add(peer);
        return peer;
    }

    RawPeer silent() {
        RawPeer peer = new RawPeer(directory, address);
        opened.add(peer);
        return peer;
    }

    /** A peer that was granted a subchannel. */
    RawPeer granted(long subchannel) throws Frame.Malformed {
        RawPeer peer = peer();
        peer.send(new Frame.Redeem(subchannel, RawPeer.ticket()));
        assertThat(peer.next(Frame.Granted.class).subchannel()).isEqualTo(subchannel);
        return peer;
    }

    <F extends OpenFile> F closing(F file) {
        opened.add(file);
        return file;
    }

    Pipe pipe() {
        Pipe pipe = Pipe.open();
        closing(pipe.reading());
        closing(pipe.writing());
        return pipe;
    }

    long subchannel() {
        return cargo.receiver().inbox().subchannel();
    }

    /** A message for the subchannel of cargo, with one attachment, of whichever kind. */
    Frame.Message message(Entry entry, byte[] body) {
        return RawPeer.message(subchannel(), false, body.length, List.of(entry), body);
    }

    byte[] encoded(Object message, Class<?> type) {
        try (EncodedMessage encoded = new EncodedMessage(false)) {
            Encoding.encode(new JacksonCodec(), message, MessageType.of(type), encoded, false);
            return encoded.body();
        }
    }

    byte[] encodedCargo() {
        try (SharedMemory memory = SharedMemory.fromByte((byte) 1, 10)) {
            return encoded(new Cargo(memory), Cargo.class);
        }
    }

    void assertSiblingWorks() throws InterruptedException {
        assertThat(sibling.send(new byte[]{ ++sent }, PATIENCE)).isTrue();
        assertThat(receiver.receive(PATIENCE)).hasValueSatisfying(
                bytes -> assertThat(bytes).containsExactly(sent));
    }

    /** The peer's connection is closed, the listener has heard why, and the sibling does not care. */
    void assertGivenUp(RawPeer peer, String why) throws Exception {
        peer.awaitEnd();
        IpcException failure = failures.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(failure).isInstanceOf(ProtocolException.class).hasMessageContaining(why);
        assertSiblingWorks();
    }

    void assertNoDescriptorStaysOpen() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (countDescriptors() > descriptors && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(countDescriptors()).isLessThanOrEqualTo(descriptors);
    }

    private static long countDescriptors() throws IOException {
        long found = 0;
        for (String kind : List.of("socket:", "pipe:", "memfd:", "/dev/null", "/hostile")) {
            found += Descriptors.count(kind);
        }
        return found;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable what : opened) {
            what.close();
        }
        try {
            assertSiblingWorks();
            assertNoDescriptorStaysOpen();
        } finally {
            cargo.close();
            sibling.close();
            receiver.close();
            server.close();
            directory.close();
            other.close();
            channel.close();
            segments.close();
        }
    }
}
