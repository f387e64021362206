package io.resourcelink.channel;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.PeerProcess;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;

/** Recycled memory in messages. */
@Tag("slow")
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class RecycledMessageTest {

    private static final int SIZE = 300_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    record Image(int number, SharedMemory memory) {}

    @BeforeEach
    @AfterEach
    void nothingIsKept() {
        Reclaimer.reclaimAllNow();
    }

    private static SharedMemory made(int size, long seed) {
        try (SharedMemory.Builder builder = SharedMemory.recycledBuilder(size)) {
            builder.memory().copyFrom(MemorySegment.ofArray(content(size, seed)));
            return builder.build();
        }
    }

    private static byte[] content(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void send(SubSender<Image> sender, int size, int number) throws InterruptedException {
        try (SharedMemory memory = made(size, number)) {
            assertThat(sender.send(new Image(number, memory), PATIENCE)).isTrue();
        }
    }

    private static void assertReceived(SubReceiver<Image> receiver, int size, int number) throws InterruptedException {
        try (SharedMemory memory = receiver.receive(PATIENCE).orElseThrow().memory()) {
            assertThat(memory.size()).isEqualTo(size);
            assertThat(memory.asSegment().mismatch(MemorySegment.ofArray(content(size, number)))).isEqualTo(-1);
        }
    }

    @Test
    void messagesOfRandomSizesArriveWithTheirOwnContent(Path directory) throws Exception {
        for (Placement placement : Placement.values()) {
            try (Crossing crossing = new Crossing(placement, directory);
                    Subchannel<Image> images = crossing.open(Image.class)) {
                Random random = new Random(7);
                for (int number = 0; number < 200; number++) {
                    int size = 1 + random.nextInt(SIZE);
                    int ahead = 1 + random.nextInt(4);
                    for (int i = 0; i < ahead; i++) {
                        send(images.sender(), size, number + i);
                    }
                    for (int i = 0; i < ahead; i++) {
                        assertReceived(images.receiver(), size, number + i);
                    }
                }
            }
        }
    }

    @Test
    void aChannelThatTakesImmutableMemoryOnlyIsSentACopy(Path directory) throws Exception {
        Path place = directory.resolve("channels");
        try (Channel careful = Channel.builder().directory(place).immutableMemoryOnly().open();
                Channel other = Channel.builder().directory(place).open();
                Channel sending = Channel.builder().directory(place).open();
                NamedServer<Image> server = careful.serve("careful", Image.class);
                NamedServer<Image> trusting = other.serve("trusting", Image.class);
                SubSender<Image> sender = sending.connect("careful", Image.class);
                SubSender<Image> beside = sending.connect("trusting", Image.class)) {
            try (SharedMemory recycled = made(SIZE, 3); SharedMemory written = SharedMemory.fromByte((byte) 4, SIZE)) {
                written.unsafeWritable();
                for (SharedMemory memory : List.of(recycled, written)) {
                    assertThat(sender.send(new Image(1, memory), PATIENCE)).isTrue();
                    assertThat(beside.send(new Image(1, memory), PATIENCE)).isTrue();
                    try (SharedMemory received = server.receiver().receive(PATIENCE).orElseThrow().memory();
                            SharedMemory changing = trusting.receiver().receive(PATIENCE).orElseThrow().memory()) {
                        assertThat(received.mayChange()).isFalse();
                        assertThat(changing.mayChange()).isTrue();
                        assertThat(received.contentEquals(memory)).isTrue();
                        assertThat(changing.contentEquals(memory)).isTrue();
                    }
                }
            }
        }
    }

    /** A process that takes images and keeps them. Argument: a directory, a destination, and one to which it hands images on. */
    static final class Holder {

        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            List<SharedMemory> held = new ArrayList<>();
            try (Channel channel = Channel.builder().directory(Path.of(arguments[0])).open();
                    NamedServer<Image> server = channel.serve(arguments[1], Image.class)) {
                System.out.println("ready");
                for (int c = System.in.read(); c >= 0; c = System.in.read()) {
                    switch (c) {
                        case 't' -> {
                            SharedMemory memory = server.receiver().receive().memory();
                            held.add(memory);
                            System.out.println(memory.asSegment().get(ValueLayout.JAVA_BYTE, 0));
                        }
                        case 'p' -> {
                            try (SubSender<Image> further = channel.connect(arguments[2], Image.class)) {
                                further.send(new Image(1, held.getLast()));
                            }
                            held.removeLast().close();
                            System.out.println("passed");
                        }
                        case 's' -> {
                            try (SubSender<Image> further = channel.connect(arguments[2], Image.class)) {
                                send(further, 5);
                            }
                            System.out.println("sent");
                        }
                        case 'c' -> {
                            held.forEach(SharedMemory::close);
                            held.clear();
                            System.out.println("closed");
                        }
                        default -> {
                        }
                    }
                }
            }
        }
    }

    /** How many files it takes to make some regions that are open at the same time. */
    private static Set<Long> filesOf(int count) {
        List<SharedMemory> open = new ArrayList<>();
        Set<Long> marks = new HashSet<>();
        for (int i = 0; i < count; i++) {
            SharedMemory.Builder builder = SharedMemory.recycledBuilder(SIZE);
            marks.add(builder.memory().get(ValueLayout.JAVA_LONG, 8));
            open.add(builder.build());
        }
        open.forEach(SharedMemory::close);
        Reclaimer.reclaimNow();
        return marks;
    }

    private static void send(SubSender<Image> sender, long mark) throws InterruptedException {
        try (SharedMemory.Builder builder = SharedMemory.recycledBuilder(SIZE)) {
            builder.memory().fill((byte) 5).set(ValueLayout.JAVA_LONG, 8, mark);
            try (SharedMemory memory = builder.build()) {
                assertThat(sender.send(new Image(1, memory), PATIENCE)).isTrue();
            }
        }
        Reclaimer.reclaimNow();
    }

    /** A recycled builder shows what an earlier use has left there: so the mark tells the file. */
    @Test
    void aFileWaitsForEachProcessThatHasItAndForNoneThatWasKilled(Path directory) throws Exception {
        Path place = directory.resolve("channels");
        try (Channel channel = Channel.builder().directory(place).open();
                PeerProcess second = start(place, "second", "third");
                PeerProcess third = start(place, "third", "nowhere");
                SubSender<Image> sender = channel.connect("second", Image.class)) {
            send(sender, 77);
            assertThat(filesOf(4)).as("the message is on its way").doesNotContain(77L);
            assertThat(second.ask("t")).isEqualTo("5");
            assertThat(filesOf(4)).as("a receiver has it").doesNotContain(77L);
            assertThat(second.ask("p")).isEqualTo("passed");
            assertThat(filesOf(4)).as("it is handed on").doesNotContain(77L);
            assertThat(third.ask("t")).isEqualTo("5");
            assertThat(filesOf(4)).as("a third process has it").doesNotContain(77L);
            third.kill();
            Deadline.awaitTrue("a killed process has nothing", () -> filesOf(4).contains(77L));
            send(sender, 78);
            assertThat(second.ask("t")).isEqualTo("5");
            assertThat(filesOf(4)).doesNotContain(78L);
            assertThat(second.ask("c")).isEqualTo("closed");
            Deadline.awaitTrue("it was closed", () -> filesOf(6).contains(78L));
            send(sender, 79);
            assertThat(filesOf(4)).as("the message is on its way").doesNotContain(79L);
            second.kill();
            Deadline.awaitTrue("nobody has received it", () -> filesOf(6).contains(79L));
        }
        // Removes the names of the killed ones.
        Channel.builder().directory(place).open().close();
    }

    @Test
    void aReceiverReadsOnWhenTheMakerWasKilled(Path directory) throws Exception {
        Path place = directory.resolve("channels");
        try (Channel channel = Channel.builder().directory(place).open();
                NamedServer<Image> server = channel.serve("main", Image.class);
                PeerProcess maker = start(place, "maker", "main")) {
            assertThat(maker.ask("s")).isEqualTo("sent");
            try (SharedMemory memory = server.receiver().receive(PATIENCE).orElseThrow().memory()) {
                maker.kill();
                MemorySegment seen = memory.asSegment();
                assertThat(seen.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(5);
                assertThat(seen.get(ValueLayout.JAVA_BYTE, SIZE - 1)).isEqualTo((byte) 5);
                try (SubSender<Image> further = channel.connect("main", Image.class)) {
                    assertThat(further.send(new Image(2, memory), PATIENCE)).isTrue();
                }
                server.receiver().receive(PATIENCE).orElseThrow().memory().close();
            }
        }
        Channel.builder().directory(place).open().close();
    }

    private static PeerProcess start(Path place, String destination, String further) throws IOException {
        PeerProcess peer = PeerProcess.start(Holder.class, List.of(), place.toString(), destination, further);
        peer.expect("ready");
        return peer;
    }
}
