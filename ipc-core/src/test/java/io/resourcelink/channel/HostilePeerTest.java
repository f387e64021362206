package io.resourcelink.channel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.jackson.JacksonCodec;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;
import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.LongPacket;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.PacketSocket.Sent;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.wire.Allowance;
import io.resourcelink.internal.wire.Directories;
import io.resourcelink.internal.wire.EncodedMessage;
import io.resourcelink.internal.wire.Frame;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.RawPeer;
import io.resourcelink.internal.wire.ServerName;
import io.resourcelink.memory.SharedMemory;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Peers that break the protocol lose their connection, and nothing else happens: a sibling goes on, no descriptor stays
 * open, nobody waits.
 */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
@SuppressWarnings("try") // A scene closes with InterruptedException.
class HostilePeerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String NOBODY = "00000000000000ff";

    record Cargo(SharedMemory memory) {}

    record Linked(ResourceLink link) {}

    record Addressed(SubSender<byte[]> sender) {}

    /** A channel that is attacked, and a sibling of the attacker that behaves. */
    private static final class Scene implements AutoCloseable {

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

        Scene(Path root) throws Exception {
            this(root, false);
        }

        Scene(Path root, boolean immutableMemoryOnly) throws Exception {
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

    @Test
    void whoSaysNothingAndGoesIsForgotten(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            scene.silent().close();
            scene.peer().close();
            scene.assertSiblingWorks();
            scene.assertNoDescriptorStaysOpen();
            assertThat(scene.failures).isEmpty();
        }
    }

    @Test
    void rubbishAndWrongGreetingsAreRefused(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            RawPeer rubbish = scene.silent();
            rubbish.send("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            scene.assertGivenUp(rubbish, "at least 24");
            RawPeer shortOne = scene.silent();
            shortOne.send(new byte[3]);
            scene.assertGivenUp(shortOne, "a packet of 3 bytes");
            RawPeer newer = scene.silent();
            newer.send(new Frame.Hello(3, 0, Directories.UNKNOWN));
            scene.assertGivenUp(newer, "version 2");
            RawPeer rude = scene.silent();
            rude.send(new Frame.Release(1, 1));
            scene.assertGivenUp(rude, "no greeting");
            RawPeer twice = scene.peer();
            twice.send(new Frame.Hello(Frame.VERSION, 0, Directories.UNKNOWN));
            scene.assertGivenUp(twice, "amid the talk");
            RawPeer tooLong = scene.peer();
            try (LongPacket packet = new LongPacket(140_000)) {
                assertThat(packet.send(tooLong.socket())).isEqualTo(140_000);
            }
            scene.assertGivenUp(tooLong, "more than 131072 bytes");
        }
    }

    /** It can only keep this process from sending it links. */
    @Test
    void peerMayHaveItsSegmentsAnywhere(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            for (long any : new long[]{ 0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE }) {
                RawPeer peer = scene.silent();
                peer.send(new Frame.Hello(Frame.VERSION, any, new Directories(any, ~any)));
                peer.send(new Frame.Redeem(scene.subchannel(), RawPeer.ticket()));
                assertThat(peer.next(Frame.Granted.class).subchannel()).isEqualTo(scene.subchannel());
            }
            assertThat(scene.failures).isEmpty();
            scene.assertSiblingWorks();
        }
    }

    @Test
    void whoGivesUpIsBelieved(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            RawPeer peer = scene.peer();
            peer.send(new Frame.Failure("no\u0007 more\n[ERROR] of this"));
            peer.awaitEnd();
            assertThat(scene.failures.poll(10, TimeUnit.SECONDS)).isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("no? more?[ERROR] of this");
        }
    }

    @Test
    void framesOfTheOtherDirectionAreRefused(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            for (Frame frame : List.of(new Frame.Granted(1, 1, Credits.DEFAULT.allowance()), new Frame.Closed(1, 1),
                    new Frame.Credit(1, 0, new Allowance(1, 1, 1)), new Frame.Undelivered(1, 1), new Frame.Stop(1),
                    new Frame.Unhandled(1, 1, 1))) {
                RawPeer peer = scene.peer();
                peer.send(frame);
                scene.assertGivenUp(peer, frame.getClass().getSimpleName());
            }
        }
    }

    @Test
    void messagesNeedAGrantAndCredit(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            Frame message = RawPeer.message(scene.subchannel(), false, 1, List.of(), new byte[1]);
            RawPeer stranger = scene.peer();
            stranger.send(message);
            scene.assertGivenUp(stranger, "a message for subchannel");
            RawPeer greedy = scene.granted(scene.subchannel());
            for (int i = 0; i < 9; i++) {
                greedy.send(message);
            }
            scene.assertGivenUp(greedy, "more than there was credit for");
            assertThat(scene.cargo.receiver().size()).as("what there was credit for").isEqualTo(8);
            RawPeer large = scene.granted(scene.subchannel());
            Pipe pipe = scene.pipe();
            for (int i = 0; i < 2; i++) {
                large.send(RawPeer.message(scene.subchannel(), true, Frame.MAX_BODY, List.of(), new byte[0]),
                        pipe.reading());
            }
            scene.assertGivenUp(large, "more than there was credit for");
            RawPeer late = scene.granted(scene.subchannel());
            late.send(RawPeer.message(999, false, 1, List.of(), new byte[1]));
            late.send(new Frame.Redeem(scene.subchannel(), RawPeer.ticket()));
            assertThat(late.next(Frame.Granted.class)).as("what nobody receives is ignored").isNotNull();
            scene.cargo.receiver().close();
        }
    }

    @Test
    void ticketsCostABoundedNumberOfDescriptors(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            RawPeer peer = scene.granted(scene.subchannel());
            Pipe pipe = scene.pipe();
            long before = Descriptors.count("pipe:");
            for (int i = 0; i < 2_000; i++) {
                peer.send(new Frame.Ticket(scene.subchannel(), RawPeer.ticket()), pipe.reading());
            }
            peer.send(new Frame.Redeem(scene.subchannel(), RawPeer.ticket()));
            assertThat(peer.next(Frame.Granted.class)).as("all was read before").isNotNull();
            assertThat(Descriptors.count("pipe:") - before).isLessThanOrEqualTo(256);
            peer.close();
            scene.assertSiblingWorks();
        }
    }

    @Test
    void everyFrameHasTheDescriptorsItSays(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            Pipe pipe = scene.pipe();
            Frame region = scene.message(new Entry.Memory(1), new byte[0]);
            RawPeer fewer = scene.granted(scene.subchannel());
            fewer.send(region);
            scene.assertGivenUp(fewer, "0 descriptors");
            RawPeer more = scene.granted(scene.subchannel());
            more.send(region, pipe.reading(), pipe.writing());
            scene.assertGivenUp(more, "2 descriptors");
            for (Frame frame : List.of(new Frame.Redeem(1, 1), new Frame.Release(1, 1))) {
                RawPeer peer = scene.peer();
                peer.send(frame, pipe.reading());
                scene.assertGivenUp(peer, "1 descriptors");
            }
            RawPeer ticket = scene.peer();
            ticket.send(new Frame.Ticket(scene.subchannel(), 1));
            scene.assertGivenUp(ticket, "0 descriptors");
        }
    }

    @Test
    void aRegionThatIsNoneIsAnErrorOfItsMessageOnly(Path root) throws Exception {
        Path file = Files.write(root.resolve("hostile"), new byte[10]);
        try (Scene scene = new Scene(root)) {
            byte[] body = scene.encodedCargo();
            List<OpenFile> wrong = List.of(scene.closing(Descriptors.unsealed(10)), scene.pipe().reading(),
                    scene.closing(Descriptors.open(file)), scene.closing(Descriptors.open(Path.of("/dev/null"))),
                    scene.closing(Descriptors.openAsPath(root)), scene.peer().socket().file());
            RawPeer peer = scene.granted(scene.subchannel());
            for (OpenFile descriptor : wrong) {
                peer.send(scene.message(new Entry.Memory(10), body), descriptor);
                assertThatExceptionOfType(IpcException.class).isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE))
                        .withMessageContaining("Protocol error");
                peer.send(scene.message(new Entry.Memory(10, true), body), descriptor);
                assertThatExceptionOfType(IpcException.class).isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE))
                        .withMessageContaining("Protocol error");
                peer.send(RawPeer.message(scene.subchannel(), true, 10, List.of(), new byte[0]), descriptor);
                assertThatExceptionOfType(ProtocolException.class)
                        .isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE));
            }
            OpenFile sealed = scene.closing(Descriptors.sealed(Descriptors.unsealed(10), 15));
            peer.send(scene.message(new Entry.Memory(11), body), sealed);
            assertThatExceptionOfType(IpcException.class).isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE))
                    .withMessageContaining("10 bytes");
            peer.send(scene.message(new Entry.Memory(10), body), sealed);
            try (SharedMemory memory = scene.cargo.receiver().receive(PATIENCE).orElseThrow().memory()) {
                assertThat(memory.size()).as("the next message is well").isEqualTo(10);
            }
            assertThat(scene.failures).isEmpty();
        }
        Files.delete(file);
    }

    @Test
    void aLengthThatRecycledMemoryCannotHaveIsAnErrorOfItsMessageOnly(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            byte[] body = scene.encodedCargo();
            OpenFile recycled = scene.closing(Descriptors.sealed(Descriptors.unsealed(10_000), 2 | 4 | 16));
            RawPeer peer = scene.granted(scene.subchannel());
            for (long size : new long[]{ 1, 4_999, 10_001, 1 << 20 }) {
                peer.send(scene.message(new Entry.Memory(size, true), body), recycled);
                assertThatExceptionOfType(IpcException.class).isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE))
                        .withMessageContaining("a file of 10000 bytes for a recycled region of " + size);
            }
            peer.send(scene.message(new Entry.Memory(5_000, true), body), recycled);
            try (SharedMemory memory = scene.cargo.receiver().receive(PATIENCE).orElseThrow().memory()) {
                assertThat(memory.asSegment().byteSize()).as("the next message is well").isEqualTo(5_000);
            }
            assertThat(scene.failures).isEmpty();
        }
    }

    @Test
    void memoryThatMayChangeIsRefusedWhereItIsNotWanted(Path root) throws Exception {
        try (Scene scene = new Scene(root, true)) {
            byte[] body = scene.encodedCargo();
            OpenFile changing = scene.closing(Descriptors.sealed(Descriptors.unsealed(10), 2 | 4 | 16));
            RawPeer peer = scene.granted(scene.subchannel());
            for (boolean recycled : new boolean[]{ true, false }) {
                peer.send(scene.message(new Entry.Memory(10, recycled), body), changing);
                assertThatExceptionOfType(IpcException.class).isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE))
                        .withMessageContaining("immutableMemoryOnly");
            }
            OpenFile sealed = scene.closing(Descriptors.sealed(Descriptors.unsealed(10), 15));
            peer.send(scene.message(new Entry.Memory(10), body), sealed);
            try (SharedMemory memory = scene.cargo.receiver().receive(PATIENCE).orElseThrow().memory()) {
                assertThat(memory.mayChange()).isFalse();
            }
            assertThat(scene.failures).isEmpty();
        }
    }

    @Test
    void aLinkThatIsNoneIsAnErrorOfItsMessageOnly(Path root) throws Exception {
        Path file = Files.write(root.resolve("hostile"), new byte[10]);
        try (Scene scene = new Scene(root);
                ResourceLink real = scene.segments.create("real", 10);
                SubReceiver<Linked> receiver = scene.cargo.receiver().typed(Linked.class)) {
            byte[] body = scene.encoded(new Linked(real), Linked.class);
            RawPeer peer = scene.granted(scene.subchannel());
            for (OpenFile descriptor : List.of(scene.closing(Descriptors.unsealed(100)), scene.pipe().reading(),
                    scene.closing(Descriptors.open(file)), scene.closing(Descriptors.open(Path.of("/dev/null"))),
                    scene.closing(Descriptors.openAsPath(root)))) {
                for (String key : List.of("real", "../../etc/passwd", "", "x".repeat(60_000), "a\0b")) {
                    for (ResourceKind kind : List.of(ResourceKind.SHARED_MEMORY)) {
                        peer.send(scene.message(new Entry.Link(kind, key, 1 << 20), body), descriptor);
                        assertThatExceptionOfType(IpcException.class)
                                .isThrownBy(() -> receiver.receive(PATIENCE));
                    }
                }
            }
            assertThat(scene.failures).isEmpty();
            assertThat(real.refcount()).isOne();
        }
        Files.delete(file);
    }

    @Test
    void aLinkThatHasNoPlaceIsAnErrorAndDiscardedWhateverItIs(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            RawPeer peer = scene.granted(scene.subchannel());
            OpenFile descriptor = scene.closing(Descriptors.unsealed(100));
            OpenFile device = scene.closing(Descriptors.open(Path.of("/dev/null")));
            List<Entry> entries = List.of(new Entry.Link(ResourceKind.SHARED_MEMORY, "../../x", 64),
                    new Entry.Link(ResourceKind.SHARED_MEMORY, "", 64), new Entry.Memory(5));
            byte[] body = scene.encoded(new byte[0], byte[].class);
            for (int i = 0; i < 2; i++) {
                peer.send(RawPeer.message(scene.subchannel(), false, body.length, entries, body), descriptor, device,
                        device);
            }
            assertThatExceptionOfType(MessageException.class)
                    .isThrownBy(() -> scene.cargo.receiver().typed(byte[].class).receive(PATIENCE))
                    .withMessageContaining("has no place");
            // The factory is closed first, which it should not be.
            peer.send(RawPeer.message(scene.subchannel(), false, body.length, entries, body), descriptor, device,
                    device);
            scene.segments.close();
            scene.cargo.receiver().close();
            scene.assertSiblingWorks();
        }
    }

    @Test
    void nobodyReleasesMoreThanHeHas(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            RawPeer peer = scene.granted(scene.subchannel());
            peer.send(new Frame.Release(999, 5));
            peer.send(new Frame.Release(scene.subchannel(), 2));
            scene.assertGivenUp(peer, "a release of 2 senders");
            RawPeer again = scene.granted(scene.subchannel());
            again.send(new Frame.Release(scene.subchannel(), Integer.MAX_VALUE));
            scene.assertGivenUp(again, "a release of");
            scene.cargo.sender().send(new Cargo(SharedMemory.fromBytes(new byte[0])));
            scene.cargo.receiver().receive().memory().close();
        }
    }

    @Test
    void aTicketIsAPipe(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            RawPeer unknown = scene.peer();
            unknown.send(new Frame.Ticket(999, 1), scene.pipe().reading());
            unknown.send(new Frame.Redeem(999, 2));
            assertThat(unknown.next(Frame.Closed.class)).isEqualTo(new Frame.Closed(999, 2));
            RawPeer device = scene.peer();
            device.send(new Frame.Ticket(scene.subchannel(), 1), scene.closing(Descriptors.open(Path.of("/dev/null"))));
            scene.assertGivenUp(device, "a ticket");
            scene.cargo.sender().close();
            assertThatExceptionOfType(DisconnectedException.class)
                    .as("no source was left over").isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE));
        }
    }

    @Test
    void aSenderToNobodyIsDead(Path root) throws Exception {
        try (Scene scene = new Scene(root);
                Subchannel<byte[]> any = scene.channel.bytes();
                SubReceiver<Addressed> receiver = scene.cargo.receiver().typed(Addressed.class)) {
            byte[] body = scene.encoded(new Addressed(any.sender()), Addressed.class);
            RawPeer peer = scene.granted(scene.subchannel());
            for (String nobody : List.of(NOBODY, scene.address)) {
                peer.send(scene.message(new Entry.Sender(true, 999, 1, nobody), body), scene.pipe().writing());
                try (SubSender<byte[]> sender = receiver.receive(PATIENCE).orElseThrow().sender()) {
                    assertThatExceptionOfType(DisconnectedException.class)
                            .isThrownBy(() -> sender.send(new byte[0]));
                }
            }
            peer.send(scene.message(new Entry.Sender(true, 1, 1, "../../x"), body), scene.pipe().writing());
            scene.assertGivenUp(peer, "attachment");
        }
    }

    @Test
    void redeemingWhatNobodySentHarmsNobody(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            RawPeer peer = scene.peer();
            for (int i = 0; i < 70_000; i++) {
                if (peer.send(new Frame.Redeem(scene.subchannel(), RawPeer.ticket())) == Sent.FULL) {
                    i--;
                }
                peer.drain();
            }
            scene.assertSiblingWorks();
            scene.granted(scene.subchannel());
        }
    }

    @Test
    void whoNeverReadsItsAnswersIsNotReadAnyMore(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            RawPeer peer = scene.peer();
            int sent = 0;
            while (sent < 200_000 && peer.send(new Frame.Redeem(0, RawPeer.ticket())) == Sent.DONE) {
                sent++;
            }
            assertThat(sent).isLessThan(20_000);
            scene.assertSiblingWorks();
            for (int i = 0; i < sent; i++) {
                peer.next(Frame.Closed.class);
            }
            peer.send(new Frame.Redeem(0, 5));
            assertThat(peer.next(Frame.Closed.class)).as("it reads again, and is read again")
                    .isEqualTo(new Frame.Closed(0, 5));
        }
    }

    @Test
    void whoNeverReadsItsAnswersAndHangsUpIsForgotten(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            RawPeer peer = scene.peer();
            int sent = 0;
            while (sent < 200_000 && peer.send(new Frame.Redeem(0, RawPeer.ticket())) == Sent.DONE) {
                sent++;
            }
            peer.socket().shutdown();
            Deadline.awaitTrue("only the sibling is connected", () -> scene.channel.statistics().connections() == 1);
        }
    }

    @Test
    void tenThousandConnectionsComeAndGo(Path root) throws Exception {
        try (Scene scene = new Scene(root)) {
            for (int i = 0; i < 10_000; i++) {
                (i % 2 == 0
                        ? new RawPeer(scene.directory, scene.address)
                        : RawPeer.greeted(scene.directory, scene.address)).close();
                if (i % 1_000 == 0) {
                    scene.assertSiblingWorks();
                }
            }
            assertThat(scene.failures).isEmpty();
        }
    }

    @Test
    void randomFramesWithRandomDescriptorsHarmNobody(Path root) throws Exception {
        Random random = new Random(7);
        try (Scene scene = new Scene(root)) {
            Pipe pipe = scene.pipe();
            List<OpenFile> files = List.of(pipe.reading(), pipe.writing(), scene.closing(Descriptors.unsealed(10)),
                    scene.closing(Descriptors.open(Path.of("/dev/null"))));
            long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() < end) {
                try (RawPeer peer = RawPeer.greeted(scene.directory, scene.address)) {
                    for (int i = 0; i < 50; i++) {
                        OpenFile[] some = new OpenFile[random.nextInt(4) == 0 ? random.nextInt(4) : 0];
                        for (int j = 0; j < some.length; j++) {
                            some[j] = files.get(random.nextInt(files.size()));
                        }
                        peer.send(random(random, scene.subchannel()), some);
                        peer.drain();
                    }
                }
                while (scene.cargo.receiver().size() > 0) {
                    try {
                        scene.cargo.receiver().tryReceive();
                    } catch (IpcException _) {
                        // What is in the message is rubbish.
                    }
                }
                scene.assertSiblingWorks();
            }
            assertThat(scene.failures).isNotEmpty().allMatch(ProtocolException.class::isInstance);
        }
    }

    private static byte[] random(Random random, long subchannel) {
        long number = random.nextInt(3) == 0 ? random.nextLong() : subchannel;
        Frame frame = switch (random.nextInt(6)) {
            case 0 -> new Frame.Redeem(number & Long.MAX_VALUE, random.nextLong());
            case 1 -> new Frame.Ticket(number & Long.MAX_VALUE, random.nextInt(3));
            case 2 -> new Frame.Release(subchannel, 1 + random.nextInt(2));
            case 3 ->
                RawPeer.message(subchannel, false, 3, List.of(new Entry.Memory(random.nextInt(2))), new byte[3]);
            case 4 -> RawPeer.message(subchannel, random.nextBoolean(), 3, List.of(), new byte[3]);
            default -> new Frame.Redeem(subchannel, random.nextLong());
        };
        byte[] image = RawPeer.packet(frame);
        if (random.nextInt(3) == 0) {
            image[random.nextInt(image.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return image;
    }
}
