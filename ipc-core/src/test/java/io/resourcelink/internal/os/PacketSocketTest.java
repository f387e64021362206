package io.resourcelink.internal.os;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.OsException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.os.PacketSocket.Received;
import io.resourcelink.internal.os.PacketSocket.Sent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** The kernel's own answers, one success and one failure for each word. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
class PacketSocketTest {

    private final Packet outgoing = new Packet();
    private final Packet incoming = new Packet();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private PacketSocket here = pair().getFirst();
    private PacketSocket there = here;

    @BeforeEach
    void open() {
        List<PacketSocket> pair = pair();
        here = pair.getFirst();
        there = pair.getLast();
    }

    @AfterEach
    void close() throws Exception {
        outgoing.close();
        incoming.close();
        for (AutoCloseable what : opened) {
            what.close();
        }
    }

    private List<PacketSocket> pair() {
        List<PacketSocket> pair = PacketPair.open();
        opened.addAll(pair);
        return pair;
    }

    private Pipe pipe() {
        Pipe pipe = Pipe.open();
        opened.add(pipe.reading());
        opened.add(pipe.writing());
        return pipe;
    }

    private <C extends @Nullable AutoCloseable> C closing(C what) {
        if (what != null) {
            opened.add(what);
        }
        return what;
    }

    private Sent send(PacketSocket socket, String text, List<OpenFile> descriptors) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, outgoing.data(), ValueLayout.JAVA_BYTE, 0, bytes.length);
        return socket.send(outgoing, bytes.length, descriptors);
    }

    private Sent send(PacketSocket socket, String text) {
        return send(socket, text, List.of());
    }

    private String text(Received received) {
        assertThat(received).isInstanceOf(Received.Arrived.class);
        Received.Arrived arrived = (Received.Arrived) received;
        opened.addAll(arrived.descriptors());
        return new String(incoming.data().asSlice(0, arrived.length()).toArray(ValueLayout.JAVA_BYTE),
                StandardCharsets.US_ASCII);
    }

    private void assertReceived(PacketSocket socket, String text) {
        assertThat(text(socket.receive(incoming, null))).isEqualTo(text);
    }

    private static void assertErrno(int errno, String call, Runnable operation) {
        assertThatExceptionOfType(OsException.class).isThrownBy(operation::run).satisfies(e -> {
            assertThat(e.errno()).isEqualTo(errno);
            assertThat(e.call()).isEqualTo(call);
        });
    }

    @Test
    void packetsKeepTheirBoundsAndTheirOrder() {
        assertThat(send(here, "one")).isEqualTo(Sent.DONE);
        assertThat(send(here, "two")).isEqualTo(Sent.DONE);
        assertReceived(there, "one");
        assertReceived(there, "two");
        assertThat(there.receive(incoming, null)).isInstanceOf(Received.Nothing.class);
    }

    @Test
    void twoMeetByAName(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700); CallFrame frame = new CallFrame()) {
            PacketSocket listening = Objects.requireNonNull(closing(PacketSocket.listen(directory, "name")));
            assertThat(listening.accept()).isNull();
            PacketSocket calling = Objects.requireNonNull(closing(PacketSocket.connect(directory, "name")));
            PacketSocket called = Objects.requireNonNull(closing(listening.accept()));
            assertThat(listening.accept()).isNull();
            PacketSocket.Peer self = new PacketSocket.Peer((int) ProcessHandle.current().pid(), Platform.userId());
            assertThat(calling.peer()).isEqualTo(self);
            assertThat(called.peer()).isEqualTo(self);
            send(calling, "hello");
            assertReceived(called, "hello");
            assertThat(directory.unlink(frame, "name")).isTrue();
        }
    }

    @Test
    void whoFindsNoRoomIsToldSoAtOnce(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700); CallFrame frame = new CallFrame()) {
            PacketSocket listening = closing(Descriptors.listening(directory, "name", 0));
            closing(PacketSocket.connect(directory, "name"));
            assertThatExceptionOfType(UnresponsiveException.class).as("EAGAIN")
                    .isThrownBy(() -> PacketSocket.connect(directory, "name")).withMessageContaining("name");
            assertThat(closing(listening.accept())).isNotNull();
            assertThat(closing(PacketSocket.connect(directory, "name"))).isNotNull();
            assertThat(directory.unlink(frame, "name")).isTrue();
        }
    }

    @Test
    void aNameIsTakenOnce(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700)) {
            closing(PacketSocket.listen(directory, "name"));
            assertThat(closing(PacketSocket.listen(directory, "name"))).isNull();
            Files.createFile(root.resolve("file"));
            assertThat(closing(PacketSocket.listen(directory, "file"))).isNull();
            Files.delete(root.resolve("name"));
            Files.delete(root.resolve("file"));
        }
    }

    @Test
    void aNameInADirectoryThatIsGoneCannotBeMade(Path root) throws IOException {
        Path gone = Files.createDirectory(root.resolve("gone"));
        try (Directory directory = Directory.open(gone, 0700)) {
            Files.delete(gone);
            assertErrno(Errno.ENOENT, "bind", () -> PacketSocket.listen(directory, "name"));
            assertThat(PacketSocket.connect(directory, "name")).isNull();
        }
    }

    @Test
    void thereIsNobodyToConnectToWithoutANameOrBehindADeadOne(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700)) {
            assertThat(PacketSocket.connect(directory, "name")).as("ENOENT").isNull();
            Objects.requireNonNull(PacketSocket.listen(directory, "name")).close();
            assertThat(root.resolve("name")).exists();
            assertThat(PacketSocket.connect(directory, "name")).as("ECONNREFUSED").isNull();
            Files.delete(root.resolve("name"));
            Files.createFile(root.resolve("file"));
            assertThat(PacketSocket.connect(directory, "file")).as("ECONNREFUSED, no socket").isNull();
            Files.delete(root.resolve("file"));
        }
    }

    @Test
    void onlyADeadSocketIsAbandoned(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700); CallFrame frame = new CallFrame()) {
            PacketSocket listening = Objects.requireNonNull(closing(PacketSocket.listen(directory, "name")));
            assertThat(PacketSocket.isAbandoned(directory, "name")).as("listening").isFalse();
            assertThat(listening.accept()).as("it was not disturbed").isNull();
            closing(PacketSocket.connect(directory, "name"));
            assertThat(PacketSocket.isAbandoned(directory, "name")).as("with a connection waiting").isFalse();
            PacketSocket called = Objects.requireNonNull(closing(listening.accept()));
            listening.close();
            assertThat(PacketSocket.isAbandoned(directory, "name")).as("closed, with a connection left").isTrue();
            called.close();
            assertThat(PacketSocket.isAbandoned(directory, "name")).as("closed").isTrue();
            directory.unlink(frame, "name");
            assertThat(PacketSocket.isAbandoned(directory, "name")).as("no such name").isFalse();
            Files.createDirectory(root.resolve("directory"));
            Files.createSymbolicLink(root.resolve("link"), Path.of("nowhere"));
            assertThat(PacketSocket.isAbandoned(directory, "link")).as("a link to nowhere").isFalse();
            Files.delete(root.resolve("link"));
            Files.delete(root.resolve("directory"));
        }
    }

    @Test
    void anotherKindOfFileIsNotTakenForAnAbandonedSocket(Path root) throws IOException {
        Files.createFile(root.resolve("file"));
        Files.createDirectory(root.resolve("directory"));
        try (Directory directory = Directory.open(root, 0700)) {
            assertThat(PacketSocket.isAbandoned(directory, "file")).isFalse();
            assertThat(PacketSocket.isAbandoned(directory, "directory")).isFalse();
        } finally {
            Files.delete(root.resolve("file"));
            Files.delete(root.resolve("directory"));
        }
    }

    @Test
    void aLongDirectoryIsNoTroubleButALongNameIs(Path root) throws IOException {
        Path deep = root;
        while (deep.toString().length() < 300) {
            deep = Files.createDirectory(deep.resolve("d".repeat(60)));
        }
        try (Directory directory = Directory.open(deep, 0700)) {
            closing(PacketSocket.listen(directory, "0123456789abcdef"));
            PacketSocket calling = closing(PacketSocket.connect(directory, "0123456789abcdef"));
            assertThat(calling).isNotNull();
            assertThat(PacketSocket.isAbandoned(directory, "0123456789abcdef")).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> PacketSocket.connect(directory, "n".repeat(92)));
            assertThatIllegalArgumentException().isThrownBy(() -> PacketSocket.listen(directory, "n".repeat(92)));
            Files.delete(deep.resolve("0123456789abcdef"));
            String longest = "n".repeat(80);
            assertThat(closing(PacketSocket.listen(directory, longest))).isNotNull();
            Files.delete(deep.resolve(longest));
        }
    }

    @Test
    void aConnectionOfAnotherTypeIsRefused(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700);
                var stream = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stream.bind(UnixDomainSocketAddress.of(root.resolve("stream")));
            assertThatExceptionOfType(OsException.class)
                    .isThrownBy(() -> PacketSocket.connect(directory, "stream")).satisfies(e -> {
                        assertThat(e.call()).isEqualTo("connect");
                        assertThat(e.errno()).as("EPROTOTYPE").isEqualTo(91);
                    });
            Files.delete(root.resolve("stream"));
        }
    }

    @Test
    void whatIsNoListenerAcceptsNothing() {
        assertErrno(Errno.EINVAL, "accept4", here::accept);
    }

    @Test
    void descriptorsRideAlong() {
        Pipe pipe = pipe();
        assertThat(send(here, "x", List.of(pipe.reading(), pipe.writing()))).isEqualTo(Sent.DONE);
        Received.Arrived arrived = (Received.Arrived) there.receive(incoming, null);
        assertThat(arrived.descriptors()).hasSize(2);
        assertThat(arrived.lacksDescriptors()).isFalse();
        assertThat(arrived.tooLong()).isFalse();
        try (OpenFile reading = arrived.descriptors().getFirst(); OpenFile writing = arrived.descriptors().getLast()) {
            assertThat(reading.fd()).isNotEqualTo(pipe.reading().fd());
            assertThat(writing.fd()).isNotEqualTo(pipe.writing().fd());
        }
    }

    @Test
    void descriptorsOfPacketsThatNobodyReceivesAreClosedByTheKernel() throws IOException {
        Pipe pipe = pipe();
        try (Readiness readiness = Readiness.open()) {
            readiness.add(pipe.reading(), 1);
            send(here, "x", List.of(pipe.writing()));
            pipe.writing().close();
            assertThat(readiness.await(0)).isZero();
            there.close();
            assertThat(readiness.await(10_000)).as("the pipe's last writing end is gone").isOne();
        }
    }

    @Test
    void carries253DescriptorsAndNotOneMore() throws IOException {
        Pipe pipe = pipe();
        long before = Descriptors.count("pipe:");
        List<OpenFile> most = Collections.nCopies(Packet.MAX_DESCRIPTORS, pipe.reading());
        assertThat(send(here, "x", most)).isEqualTo(Sent.DONE);
        Received.Arrived arrived = (Received.Arrived) there.receive(incoming, null);
        assertThat(arrived.descriptors()).hasSize(253);
        assertThat(arrived.lacksDescriptors()).isFalse();
        arrived.descriptors().forEach(OpenFile::close);
        assertThat(Descriptors.count("pipe:")).isEqualTo(before);
        List<OpenFile> more = Collections.nCopies(Packet.MAX_DESCRIPTORS + 1, pipe.reading());
        assertErrno(Errno.EINVAL, "sendmsg", () -> send(here, "y", more));
        assertThat(there.receive(incoming, null)).as("nothing of it was sent").isInstanceOf(Received.Nothing.class);
    }

    @Test
    void aClosedDescriptorIsNotSent() {
        Pipe pipe = pipe();
        pipe.reading().close();
        assertThatIllegalStateException()
                .isThrownBy(() -> send(here, "x", List.of(pipe.reading())));
        assertThat(there.receive(incoming, null)).isInstanceOf(Received.Nothing.class);
    }

    @Test
    void thereIsRoomForTwoOfTheLongestPackets() {
        outgoing.data().fill((byte) 7);
        assertThat(here.send(outgoing, Packet.MAX_SIZE, List.of())).isEqualTo(Sent.DONE);
        Received.Arrived arrived = (Received.Arrived) there.receive(incoming, null);
        assertThat(arrived.length()).isEqualTo(Packet.MAX_SIZE);
        assertThat(arrived.tooLong()).isFalse();
        assertThat(incoming.data().mismatch(outgoing.data())).isEqualTo(-1);
    }

    @Test
    void aPacketThatIsTooLongIsCutOffAndSaysSo() {
        try (LongPacket longer = new LongPacket(Packet.MAX_SIZE + 1)) {
            assertThat(longer.send(here)).isEqualTo(Packet.MAX_SIZE + 1);
            send(here, "next");
            Received.Arrived arrived = (Received.Arrived) there.receive(incoming, null);
            assertThat(arrived.length()).isEqualTo(Packet.MAX_SIZE);
            assertThat(arrived.tooLong()).isTrue();
            assertReceived(there, "next");
        }
    }

    @Test
    void aPacketLongerThanTheSocketsBufferIsAnError() {
        try (LongPacket longer = new LongPacket(64 << 20)) {
            assertThat(longer.send(here)).as("EMSGSIZE").isEqualTo(-90);
        }
    }

    @Test
    void isFullWithoutWaitingAndHasRoomAgain() {
        int sent = 0;
        while (send(here, "x") == Sent.DONE) {
            sent++;
        }
        assertThat(sent).isPositive();
        assertThat(send(here, "x")).isEqualTo(Sent.FULL);
        for (int i = 0; i < sent; i++) {
            assertReceived(there, "x");
        }
        assertThat(there.receive(incoming, null)).as("nothing of what did not fit was sent")
                .isInstanceOf(Received.Nothing.class);
        assertThat(send(here, "y")).isEqualTo(Sent.DONE);
    }

    @Test
    void whatWasSentBeforeTheEndIsReceived() {
        send(here, "last");
        here.close();
        assertReceived(there, "last");
        assertThat(there.receive(incoming, null)).isInstanceOf(Received.Ended.class);
        assertThat(there.receive(incoming, null)).isInstanceOf(Received.Ended.class);
        assertThat(send(there, "x")).as("EPIPE").isEqualTo(Sent.ENDED);
    }

    @Test
    void whatWasSentIsReceivedAlsoIfTheOtherEndWasClosedWithPacketsUnread() {
        send(there, "never read");
        send(here, "one");
        send(here, "two");
        here.close();
        assertReceived(there, "one");
        assertReceived(there, "two");
        assertThat(there.receive(incoming, null)).isInstanceOf(Received.Ended.class);
    }

    @Test
    void shuttingDownEndsBothDirectionsButLosesNothing() {
        send(here, "one");
        here.shutdown();
        here.shutdown();
        assertThat(send(here, "two")).isEqualTo(Sent.ENDED);
        assertThat(send(there, "three")).isEqualTo(Sent.ENDED);
        assertReceived(there, "one");
        assertThat(there.receive(incoming, null)).isInstanceOf(Received.Ended.class);
        assertThat(here.receive(incoming, null)).isInstanceOf(Received.Ended.class);
    }

    @Test
    void whatIsNotConnectedIsAtItsEnd(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700)) {
            PacketSocket listening = Objects.requireNonNull(closing(PacketSocket.listen(directory, "name")));
            assertThat(send(listening, "x")).as("ENOTCONN").isEqualTo(Sent.ENDED);
            assertErrno(Errno.ENOTCONN, "recvmsg", () -> listening.receive(incoming, null));
            Files.delete(root.resolve("name"));
        }
    }

    @Test
    void whoHasNoDescriptorsLeftIsToldThatSomeWereLost() throws Exception {
        Process child = new ProcessBuilder("bash", "-c", "ulimit -n 64; exec \"$@\"", "bash",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp", System.getProperty("java.class.path"),
                Crowded.class.getName()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.lines().toList()).containsExactly("sent DONE", "lacks true, fewer true", "next lacks false",
                    "pipe2 24", "socketpair 24");
            assertThat(child.waitFor()).isZero();
        } finally {
            child.destroyForcibly();
        }
    }

    /** A process with room for 64 descriptors, who is sent 100. */
    static final class Crowded {

        public static void main(String[] arguments) {
            List<PacketSocket> pair = PacketPair.open();
            PacketSocket from = pair.getFirst();
            PacketSocket to = pair.getLast();
            List<String> said = new ArrayList<>();
            try (Packet packet = new Packet()) {
                Pipe pipe = Pipe.open();
                // Loading classes takes descriptors, too, so everything is done once before there are none.
                converse(from, to, packet, List.of(pipe.reading()), said);
                errno(from::accept);
                said.clear();
                converse(from, to, packet, Collections.nCopies(100, pipe.reading()), said);
            }
            said.forEach(System.out::println);
        }

        private static void converse(PacketSocket from, PacketSocket to, Packet packet, List<OpenFile> descriptors,
                List<String> said) {
            said.add("sent " + from.send(packet, 1, descriptors));
            Received.Arrived arrived = (Received.Arrived) to.receive(packet, null);
            said.add("lacks " + arrived.lacksDescriptors() + ", fewer "
                    + (!arrived.descriptors().isEmpty() && arrived.descriptors().size() < 64));
            from.send(packet, 1, List.of());
            said.add("next lacks " + ((Received.Arrived) to.receive(packet, null)).lacksDescriptors());
            said.add(errno(Pipe::open));
            said.add(errno(PacketPair::open));
            arrived.descriptors().forEach(OpenFile::close);
        }

        private static String errno(Runnable call) {
            try {
                call.run();
                return "done";
            } catch (OsException e) {
                return e.call() + " " + e.errno();
            }
        }
    }
}
