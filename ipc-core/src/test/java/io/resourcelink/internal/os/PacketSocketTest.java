package io.resourcelink.internal.os;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.OsException;
import io.resourcelink.internal.os.PacketSocket.Received;
import io.resourcelink.internal.os.PacketSocket.Sent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** The kernel's own answers about packets and what they carry, one success and one failure for each word. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
class PacketSocketTest extends PacketSocketFixture {

    private Pipe pipe() {
        Pipe pipe = Pipe.open();
        opened.add(pipe.reading());
        opened.add(pipe.writing());
        return pipe;
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
