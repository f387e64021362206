package io.resourcelink.channel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
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

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.os.Packet;

import static io.resourcelink.channel.Ends.assertDisconnected;
import static org.assertj.core.api.Assertions.assertThat;

/** Messages of every size, with and without company. */
@Tag("slow")
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class MessageSizeTest {

    private final Placement placement;
    private Crossing crossing;

    MessageSizeTest(Placement placement) {
        this.placement = placement;
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Load(byte[] bytes, List<SubSender<Integer>> senders) {}

    @BeforeEach
    void open(Path directory) throws InterruptedException {
        crossing = new Crossing(placement, directory);
    }

    @AfterEach
    void close() {
        crossing.close();
    }

    private static final List<Integer> SIZES = List.of(0, 1, 16 << 10, (16 << 10) + 1, 64 << 10, Packet.MAX_SIZE,
            Packet.MAX_SIZE + 1, 1 << 20);

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    @DisplayName("127: bytes of a whole packet, of one more, of 64 Ki, of 1 MiB and none arrive equal")
    void bytesOfEverySizeArriveEqual() throws Exception {
        try (Subchannel<byte[]> open = crossing.open(byte[].class);
                Subchannel<Load> loads = crossing.open(Load.class)) {
            for (int size : SIZES) {
                open.sender().send(bytes(size));
                loads.sender().send(new Load(bytes(size), List.of()));
                assertThat(loads.receiver().receive().bytes()).isEqualTo(bytes(size));
                assertThat(open.receiver().receive()).isEqualTo(bytes(size));
            }
        }
    }

    @Test
    @DisplayName("127: a channel may put every message, or none up to 32 KiB, into memory of its own")
    void everyThresholdWorks(Path directory) throws Exception {
        for (int threshold : List.of(0, 1, 32 << 10)) {
            try (Channel near = Channel.builder().directory(directory.resolve("channels")).threshold(threshold).open();
                    OneShotServer<byte[]> server = crossing.far().oneShotServer(byte[].class);
                    SubSender<byte[]> sender = near.connect(server.name(), byte[].class)) {
                sender.send(bytes(0));
                try (SubReceiver<byte[]> receiver = server.accept().receiver()) {
                    for (int size : List.of(0, 1, 2, 32 << 10, (32 << 10) + 1)) {
                        sender.send(bytes(size));
                        assertThat(receiver.receive()).isEqualTo(bytes(size));
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("128: 0 to 6, 63 and 64 senders travel with a message of any size")
    void sendersTravelWithMessagesOfAnySize() throws Exception {
        try (Subchannel<Load> loads = crossing.open(Load.class)) {
            for (int size : List.of(0, 16 << 10, 64 << 10, 1 << 20)) {
                for (int count : List.of(0, 1, 2, 3, 4, 5, 6, 63, 64)) {
                    assertCarried(loads, size, count);
                }
            }
        }
    }

    private void assertCarried(Subchannel<Load> loads, int size, int count) throws InterruptedException {
        List<Subchannel<Integer>> homes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            homes.add(crossing.near().subchannel(Integer.class));
        }
        loads.sender().send(new Load(bytes(size), homes.stream().map(Subchannel::sender).toList()));
        homes.forEach(home -> home.sender().close());
        Load got = loads.receiver().receive();
        assertThat(got.bytes()).isEqualTo(bytes(size));
        assertThat(got.senders()).hasSize(count);
        for (int i = 0; i < count; i++) {
            got.senders().get(i).send(i);
            assertThat(homes.get(i).receiver().receive()).isEqualTo(i);
            got.senders().get(i).close();
            assertDisconnected(homes.get(i).receiver());
            homes.get(i).receiver().close();
        }
    }

    @Test
    @DisplayName("129: three threads that send 1 MiB each do not mix, and nothing else arrives")
    void threadsDoNotMixTheirMessages() throws Exception {
        try (Subchannel<byte[]> open = crossing.open(byte[].class); Crew crew = new Crew()) {
            List<Future<Void>> sending = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                byte[] bytes = new byte[1 << 20];
                Arrays.fill(bytes, (byte) i);
                SubSender<byte[]> own = open.sender().retain();
                sending.add(crew.run(() -> {
                    try (own) {
                        own.send(bytes);
                    }
                }));
            }
            open.sender().close();
            Set<Byte> seen = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                byte[] got = open.receiver().receive();
                assertThat(got).hasSize(1 << 20).containsOnly(got[0]);
                assertThat(seen.add(got[0])).isTrue();
            }
            for (Future<Void> each : sending) {
                each.get();
            }
            assertDisconnected(open.receiver());
        }
    }

    @Test
    @DisplayName("131: who does not wait gets 1 MiB as a whole, or not at all")
    void whoDoesNotWaitGetsAllOrNothing() throws Exception {
        try (Subchannel<byte[]> open = crossing.open(byte[].class); Crew crew = new Crew()) {
            for (int i = 0; i < 10; i++) {
                Future<Void> sending = crew.run(() -> open.sender().send(bytes(1 << 20)));
                List<byte[]> got = new ArrayList<>();
                Deadline.awaitTrue("it arrives", () -> {
                    open.receiver().tryReceive().ifPresent(got::add);
                    return !got.isEmpty();
                });
                assertThat(got.getFirst()).isEqualTo(bytes(1 << 20));
                sending.get();
            }
        }
    }
}
