package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;

import static io.resourcelink.channel.Ends.assertDisconnected;
import static io.resourcelink.channel.Ends.assertEmpty;
import static io.resourcelink.channel.Ends.awaitMessages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Subchannels for bytes, which no codec touches. */
@Tag("slow")
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class ByteSubchannelTest {

    private final Placement placement;
    private Crossing crossing;

    ByteSubchannelTest(Placement placement) {
        this.placement = placement;
    }

    record Labelled(String label, SubSender<byte[]> bytes) {}

    @BeforeEach
    void open(Path directory) throws InterruptedException {
        crossing = new Crossing(placement, directory);
    }

    @AfterEach
    void close() {
        crossing.close();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    @Test
    @DisplayName("91, 92, 93: bytes arrive as they are: 7 of them, none, 65,536, all 256 values")
    void bytesArriveAsTheyAre() throws Exception {
        try (Subchannel<byte[]> open = crossing.open(byte[].class)) {
            for (int size : List.of(7, 0, 65_536, 256)) {
                open.sender().send(bytes(size));
                assertThat(open.receiver().receive()).isEqualTo(bytes(size));
            }
        }
    }

    @Test
    @DisplayName("93: what is done to bytes after they were sent does not arrive")
    void bytesAreTakenWhenTheyAreSent() throws Exception {
        try (Subchannel<byte[]> open = crossing.open(byte[].class)) {
            byte[] bytes = bytes(7);
            open.sender().send(bytes);
            bytes[0] = 93;
            assertThat(open.receiver().receive()).isEqualTo(bytes(7));
        }
    }

    @Test
    @DisplayName("94: several messages in order; two subchannels can be received in the opposite order")
    void messagesArriveInOrder() throws Exception {
        try (Subchannel<byte[]> one = crossing.open(byte[].class);
                Subchannel<byte[]> two = crossing.open(byte[].class)) {
            for (int size = 0; size < 100; size++) {
                one.sender().send(bytes(size));
                two.sender().send(bytes(size + 1));
            }
            for (int size = 0; size < 100; size++) {
                assertThat(two.receiver().receive()).isEqualTo(bytes(size + 1));
            }
            for (int size = 0; size < 100; size++) {
                assertThat(one.receiver().receive()).isEqualTo(bytes(size));
            }
        }
    }

    @Test
    @DisplayName("95: bytes and records go side by side on one channel")
    void bytesAndRecordsGoSideBySide() throws Exception {
        try (Subchannel<byte[]> open = crossing.open(byte[].class);
                Subchannel<Labelled> labelled = crossing.open(Labelled.class)) {
            open.sender().send(bytes(3));
            labelled.sender().send(new Labelled("label", open.sender()));
            Labelled got = labelled.receiver().receive();
            assertThat(got.label()).isEqualTo("label");
            got.bytes().close();
            assertThat(open.receiver().receive()).isEqualTo(bytes(3));
        }
    }

    @Test
    @DisplayName("96: copies of a sender keep the order")
    void copiesKeepTheOrder() throws Exception {
        try (Subchannel<byte[]> open = crossing.open(byte[].class); SubSender<byte[]> copy = open.sender().retain()) {
            for (int size = 0; size < 20; size++) {
                (size % 3 == 0 ? copy : open.sender()).send(bytes(size));
            }
            for (int size = 0; size < 20; size++) {
                assertThat(open.receiver().receive()).isEqualTo(bytes(size));
            }
        }
    }

    @Test
    @DisplayName("97: some copies closed: open; all closed: disconnected, after what was sent")
    @SuppressWarnings("try") // closed early on purpose
    void sendersEnd() throws Exception {
        try (Subchannel<byte[]> open = crossing.open(byte[].class); SubSender<byte[]> copy = open.sender().retain()) {
            open.sender().close();
            assertEmpty(open.receiver());
            copy.send(bytes(1));
            copy.close();
            assertThat(open.receiver().receive()).isEqualTo(bytes(1));
            assertDisconnected(open.receiver());
        }
    }

    @Test
    @DisplayName("97: without receiver sending fails")
    void theReceiverEnds() throws Exception {
        try (Subchannel<byte[]> open = crossing.open(byte[].class)) {
            open.receiver().close();
            assertDisconnected(open.sender(), bytes(1));
        }
    }

    @Test
    @DisplayName("98: without waiting and with a time-out: nothing, a message, a message while waiting, the end")
    void receivingHasAllItsWays() throws Exception {
        try (Subchannel<byte[]> open = crossing.open(byte[].class); Crew crew = new Crew()) {
            SubReceiver<byte[]> receiver = open.receiver();
            assertEmpty(receiver);
            open.sender().send(bytes(1));
            awaitMessages(receiver, 1);
            assertThat(receiver.tryReceive()).hasValue(bytes(1));
            long start = System.nanoTime();
            assertThat(receiver.receive(Duration.ofMillis(20))).isEmpty();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
            open.sender().send(bytes(2));
            assertThat(receiver.receive(Duration.ofMinutes(1))).hasValue(bytes(2));
            Future<Optional<byte[]>> waiting = crew.call(() -> receiver.receive(Duration.ofMinutes(1)));
            crew.awaitWaiting();
            open.sender().send(bytes(3));
            assertThat(waiting.get()).hasValue(bytes(3));
            Future<Optional<byte[]>> inVain = crew.call(() -> receiver.receive(Duration.ofMinutes(1)));
            crew.awaitWaiting();
            open.sender().close();
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(inVain::get)
                    .withCauseInstanceOf(DisconnectedException.class);
            assertDisconnected(receiver);
        }
    }

    @Test
    @DisplayName("99: a sender of bytes travels in a record; lost on the way, it disconnects")
    void aSenderOfBytesTravels() throws Exception {
        try (Subchannel<Labelled> labelled = crossing.open(Labelled.class);
                Subchannel<byte[]> open = crossing.near().bytes()) {
            labelled.sender().send(new Labelled("kept", open.sender()));
            try (SubSender<byte[]> got = labelled.receiver().receive().bytes()) {
                got.send(bytes(99));
                assertThat(open.receiver().receive()).isEqualTo(bytes(99));
            }
            labelled.sender().send(new Labelled("lost", open.sender()));
            open.sender().close();
            assertEmpty(open.receiver());
            labelled.receiver().close();
            assertDisconnected(open.receiver());
        }
    }

    @Test
    @DisplayName("100: bytes are sent from another thread")
    void bytesAreSentFromAnotherThread() throws Exception {
        try (Subchannel<byte[]> open = crossing.open(byte[].class); Crew crew = new Crew()) {
            Future<Void> sending = crew.run(() -> {
                for (int size = 0; size < 3000; size++) {
                    open.sender().send(bytes(size));
                }
            });
            for (int size = 0; size < 3000; size++) {
                assertThat(open.receiver().receive()).isEqualTo(bytes(size));
            }
            sending.get();
        }
    }
}
