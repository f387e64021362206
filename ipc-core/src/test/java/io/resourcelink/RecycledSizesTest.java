package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.RecyclingStatistics;
import io.resourcelink.segment.ResourceLinkInfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

/** Files that go round for payloads of any size that fills half of them. */
@Tag("slow")
class RecycledSizesTest extends RecyclingFixture {

    private static final int SHORT = SIZE * 6 / 10;
    private static final int HEADER = 64;

    /** A file that has room for the next power of two. */
    private static final int ROOMY = (128 << 10) + HEADER;

    RecycledSizesTest() {
        super(64);
    }

    /** Leaves one idle file of {@link #SIZE}. */
    private void leaveOneIdle() {
        publish("first", 1).close();
        publish("second", 2).close();
    }

    private static byte[] bytes(int size, int number) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) number);
        return bytes;
    }

    private ResourceLink publish(String key, byte[] content) {
        return producer.publish(key, Content.of(content));
    }

    /** What a process reads that takes the file's size for the payload's, as ipckit's processes do: the payload, then zeros. */
    private void assertForeignPayload(String key, byte[] content, int fileSize) throws IOException {
        byte[] file = Files.readAllBytes(directory.resolve(key));
        assertThat(file).hasSize(fileSize);
        byte[] expected = Arrays.copyOf(content, fileSize - HEADER);
        assertThat(Arrays.mismatch(Arrays.copyOfRange(file, HEADER, file.length), expected)).isEqualTo(-1);
    }

    @Test
    void aShorterPayloadGetsTheFileOfALongerOne() throws IOException {
        leaveOneIdle();
        byte[] content = bytes(SHORT, 3);
        try (ResourceLink third = publish("third", content); ResourceLink found = consumer.acquire("third")) {
            assertThat(producer.recycling()).isEqualTo(new RecyclingStatistics(1, 0, 0, 0));
            for (ResourceLink link : new ResourceLink[]{ third, found }) {
                assertThat(link.payloadSize()).isEqualTo(SHORT);
                assertThat(link.size()).as("what it occupies").isEqualTo(SIZE + HEADER);
                assertThat(link.payload().byteSize()).isEqualTo(SHORT);
                assertThat(link.readPayload(0, SHORT)).isEqualTo(content);
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() -> link.readPayload(SHORT, 1));
                assertThat(link).asString().contains(SHORT + " bytes");
            }
            ResourceLinkInfo info = consumer.info("third").orElseThrow();
            assertThat(info.size()).isEqualTo(SIZE + HEADER);
            assertThat(info.payloadSize()).isEqualTo(SHORT);
            assertThat(consumer.list()).extracting(ResourceLinkInfo::size, ResourceLinkInfo::payloadSize)
                    .containsExactly(tuple((long) SIZE + HEADER, (long) SHORT));
        }
        assertThat(producer.recycling().bytes()).isEqualTo(SIZE + HEADER);
    }

    @Test
    void aForeignProcessFindsZerosBehindThePayloadAndTheLengthInTheHeader() throws IOException {
        leaveOneIdle();
        try (ResourceLink _ = publish("third", bytes(SHORT, 3))) {
            assertForeignPayload("third", bytes(SHORT, 3), SIZE + HEADER);
            ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(directory.resolve("third")))
                    .order(ByteOrder.LITTLE_ENDIAN);
            assertThat(file.getLong(16)).isEqualTo(SHORT);
        }
    }

    @Test
    void aPayloadThatFillsLessThanHalfOfAFileGetsOneOfItsOwn() throws IOException {
        leaveOneIdle();
        try (ResourceLink half = publish("half", bytes(SIZE / 2, 3))) {
            assertThat(half.size()).isEqualTo(SIZE + HEADER);
        }
        Reclaimer.reclaimNow();
        try (ResourceLink less = publish("less", bytes(SIZE / 2 - 1, 4))) {
            assertThat(less.size()).isEqualTo(ROOMY / 2 + HEADER / 2);
            assertThat(producer.recycling().reused()).isOne();
        }
    }

    @Test
    void aFileStaysAsLargeAsItWasMade() {
        leaveOneIdle();
        publish("third", bytes(SHORT, 3)).close();
        try (ResourceLink fourth = publish("fourth", 4)) {
            assertThat(producer.recycling().reused()).isEqualTo(2);
            assertThat(fourth.readPayload(0, SIZE)).containsOnly(4);
        }
    }

    @Test
    void theSmallestFileThatIsLargeEnoughIsTaken() {
        publish("first", bytes(SIZE, 1)).close();
        ResourceLink smaller = publish("smaller", bytes(SIZE, 1));
        ResourceLink larger = publish("larger", bytes(SIZE - 1, 1));
        assertThat(larger.size()).as("one of many sizes").isEqualTo(ROOMY);
        smaller.close();
        larger.close();
        // Both could have late readers, as far as their age says.
        Deadline.awaitTrue("the smaller is preferred", () -> {
            try (ResourceLink third = publish("third", bytes(SIZE - 2, 3))) {
                return third.size() == SIZE + HEADER;
            }
        });
    }

    @Test
    void aSizeThatIsNewAmongOthersLikeItGetsAFileWithRoom() throws IOException {
        publish("first", bytes(SIZE, 1)).close();
        for (byte[] content : new byte[][]{ bytes(SIZE + 1, 2), bytes(ROOMY - HEADER, 3), bytes(ROOMY / 2, 4) }) {
            try (ResourceLink link = publish("next", content)) {
                assertThat(link.size()).isEqualTo(ROOMY);
                assertForeignPayload("next", content, ROOMY);
            }
            Reclaimer.reclaimNow();
        }
        assertThat(producer.recycling().reused()).isEqualTo(2);
        try (ResourceLink _ = producer.publish("written",
                Content.overwriting(SIZE + 2, payload -> payload.fill((byte) 5)));
                ResourceLink fresh = producer.publish("fresh",
                        Content.overwriting(SIZE + 3, payload -> payload.fill((byte) 6)))) {
            assertThat(producer.recycling().reused()).isEqualTo(3);
            assertThat(fresh.size()).isEqualTo(ROOMY);
            assertForeignPayload("fresh", bytes(SIZE + 3, 6), ROOMY);
        }
    }

    /** One payload follows the other. As few files are made as there are powers of two, and some for late readers. */
    @Test
    void aStreamOfRandomSizesIsWarmAfterAFew() {
        Random random = new Random(5);
        long before = 0;
        for (int number = 0; number < 200; number++) {
            if (number == 60) {
                before = producer.recycling().reused();
            }
            publish("key-" + number, new byte[random.nextInt(SIZE, 16 * SIZE)]).close();
            Reclaimer.reclaimNow();
        }
        assertThat(producer.recycling().reused() - before).isEqualTo(140);
    }

    /** How many small files may be idle depends on the largest file, also while that is in use. */
    @Test
    void smallFilesStayWhileALargeOneIsInUse() {
        byte[] small = new byte[20 * SIZE];
        byte[] large = new byte[160 * SIZE];
        publishTogether(2, large);
        publishTogether(10, small);
        long before = producer.recycling().reused();
        try (ResourceLink _ = publish("large", large)) {
            publish("key", small).close();
            Reclaimer.reclaimNow();
            publishTogether(9, small);
        }
        assertThat(producer.recycling().reused() - before).isEqualTo(1 + 1 + 9);
    }

    private void publishTogether(int count, byte[] content) {
        Deque<ResourceLink> live = new ArrayDeque<>();
        for (int number = 0; number < count; number++) {
            live.add(publish("key-" + number, content));
        }
        live.forEach(ResourceLink::close);
        Reclaimer.reclaimNow();
    }

    @Test
    void aWriterFindsZerosAndNoMoreThanItsPayload() throws IOException {
        leaveOneIdle();
        try (ResourceLink third = producer.publish("third", Content.filling(SHORT, payload -> {
            assertThat(payload.byteSize()).isEqualTo(SHORT);
            assertThat(payload.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            payload.set(ValueLayout.JAVA_BYTE, SHORT - 1, (byte) 3);
        }))) {
            assertThat(producer.recycling().reused()).isOne();
            byte[] expected = new byte[SIZE];
            expected[SHORT - 1] = 3;
            assertThat(third.readPayload(0, SHORT)).isEqualTo(Arrays.copyOf(expected, SHORT));
            assertForeignPayload("third", expected, SIZE + HEADER);
        }
        Reclaimer.reclaimNow();
        try (ResourceLink _ = producer.publish("fourth",
                Content.overwriting(SIZE / 2, payload -> payload.fill((byte) 4)))) {
            assertThat(producer.recycling().reused()).isEqualTo(2);
            assertForeignPayload("fourth", bytes(SIZE / 2, 4), SIZE + HEADER);
        }
    }

    /** Whatever was in a file before, it is the payload and then zeros. */
    @Test
    void nothingOfAnOlderPayloadIsEverSeen() throws IOException {
        Random random = new Random(7);
        for (int number = 1; number < 300; number++) {
            String key = "key-" + number;
            byte[] content = bytes(random.nextInt(SIZE / 2, SIZE), number | 1);
            Content<RuntimeException> how = switch (number % 3) {
                case 0 -> Content.of(content);
                case 1 ->
                    Content.overwriting(content.length, payload -> payload.copyFrom(MemorySegment.ofArray(content)));
                default -> Content.filling(content.length, payload -> payload.copyFrom(MemorySegment.ofArray(content)));
            };
            try (ResourceLink link = producer.publish(key, how); ResourceLink found = consumer.acquire(key)) {
                assertThat(found.payload().mismatch(MemorySegment.ofArray(content))).isEqualTo(-1);
                assertThat(found.payloadSize()).isEqualTo(content.length);
                assertForeignPayload(key, content, (int) link.size());
            }
            if (number % 8 == 0) {
                Reclaimer.reclaimNow();
            }
        }
        assertThat(producer.recycling().reused()).isGreaterThan(200);
    }

    @Test
    void aLinkInAMessageHasItsLengthToo() {
        leaveOneIdle();
        try (ResourceLink third = publish("third", bytes(SHORT, 3));
                ResourceLink received = received(third)) {
            assertThat(received.readPayload(0, SHORT)).isEqualTo(bytes(SHORT, 3));
            assertThat(received.payloadSize()).isEqualTo(SHORT);
        }
        Reclaimer.reclaimNow();
        try (ResourceLink fourth = publish("fourth", bytes(SHORT + 1, 4)); ResourceLink warm = received(fourth)) {
            assertThat(producer.recycling().reused()).isEqualTo(2);
            assertThat(warm.readPayload(0, SHORT + 1)).isEqualTo(bytes(SHORT + 1, 4));
            assertThat(warm.payloadSize()).isEqualTo(SHORT + 1);
        }
    }

    private ResourceLink received(ResourceLink link) {
        var transit = Transits.of(link);
        return Transits.received(consumer, transit.key(), transit.kind(), transit.file()).accept();
    }

    @Test
    void aKeptSegmentGetsAnExactFile() throws IOException {
        leaveOneIdle();
        try (ResourceLink kept = producer.publish("kept", Content.of(bytes(SHORT, 3)),
                CreateOptions.defaults().withKeep(true).withTtl(Duration.ofMinutes(1)))) {
            assertThat(kept.size()).isEqualTo(SHORT + HEADER);
            assertThat(Files.size(directory.resolve("kept"))).isEqualTo(SHORT + HEADER);
            assertThat(producer.recycling().idle()).isOne();
        }
        assertThat(producer.remove("kept")).isTrue();
    }

    @Test
    void aHeaderThatLiesAboutTheLengthIsRefused() throws IOException {
        leaveOneIdle();
        try (ResourceLink third = publish("third", bytes(SHORT, 3))) {
            for (long length : new long[]{ SIZE + 1, SIZE / 2 - 1, 0, -1, Long.MIN_VALUE, Long.MAX_VALUE }) {
                putLength(length);
                assertThatExceptionOfType(InvalidSegmentException.class).as("%d bytes", length)
                        .isThrownBy(() -> consumer.acquire("third"));
                assertThat(third.payloadSize()).as("as it was opened").isEqualTo(SHORT);
                assertThat(third.readPayload(0, SHORT)).containsOnly(3);
            }
            putLength(SIZE);
            try (ResourceLink found = consumer.acquire("third")) {
                assertThat(found.readPayload(SHORT, SIZE - SHORT)).as("nothing of another").containsOnly(0);
            }
            putLength(SIZE / 2 - 1);
        }
        assertThat(producer.recycling().idle()).as("a damaged one is given up").isZero();
    }

    private void putLength(long length) throws IOException {
        try (FileChannel peer = FileChannel.open(directory.resolve("third"), StandardOpenOption.WRITE)) {
            peer.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).flip(), 16);
        }
    }

    /** From 100 kB to 1.6 MB, 64 at a time: files that are too long and files that wait, together. */
    @Test
    void overARunOfRandomSizesTheDirectoryHoldsAtMostOneAndAHalfTimesWhatIsLive() {
        Random random = new Random(11);
        Deque<ResourceLink> live = new ArrayDeque<>();
        long held = 0;
        long payloads = 0;
        long made = 0;
        for (int number = 0; number < 600; number++) {
            live.add(publish("key-" + number, new byte[random.nextInt(SIZE, 16 * SIZE)]));
            if (live.size() > 64) {
                try (ResourceLink found = consumer.acquire(live.getFirst().key())) {
                    assertThat(found.payload().get(ValueLayout.JAVA_BYTE, found.payloadSize() - 1)).isZero();
                }
                live.removeFirst().close();
                Reclaimer.reclaimNow();
                held += bytesInDirectory();
                payloads += live.stream().mapToLong(ResourceLink::payloadSize).sum();
                made++;
            }
        }
        live.forEach(ResourceLink::close);
        assertThat((double) held / payloads).isLessThan(1.5);
        assertThat(producer.recycling().reused()).as("most are warm").isGreaterThan(made * 8 / 10);
    }

    private long bytesInDirectory() {
        try {
            long bytes = 0;
            for (String file : SharedMemoryDirectory.files(directory)) {
                bytes += Files.size(directory.resolve(file));
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One is read while the next is filled. By default both files are kept, with their headers. */
    @Test
    void twoPayloadsOf256MebibytesTakeTurns() throws IOException {
        long size = 256L << 20;
        assumeThat(Files.getFileStore(directory).getUsableSpace()).as("four times what is kept")
                .isGreaterThan(12 * size);
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build()) {
            factory.publish("first", Content.overwriting(size, _ -> {})).close();
            try (ResourceLink _ = factory.publish("second", Content.overwriting(size, _ -> {}));
                    ResourceLink _ = factory.publish("third", Content.overwriting(size, _ -> {}))) {
                assertThat(factory.recycling().reused()).isZero();
            }
            assertThat(factory.recycling().idle()).isEqualTo(2);
        }
    }

    @Test
    void payloadsThatAreAllClosedBeforeTheNextFindTheirFiles() {
        for (int round = 0; round < 4; round++) {
            publishTogether(20, new byte[20 * SIZE]);
        }
        assertThat(producer.recycling().reused()).isEqualTo(3 * 20 - 1);
    }
}
