package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.RecyclingStatistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Memory that goes round, seen by its producer and by another factory as its consumer. */
@Tag("slow")
class SegmentPoolTest extends RecyclingFixture {

    SegmentPoolTest() {
        super(16);
    }

    /** From now on, segments of this size go round. */
    private void publishOnce() {
        publish("first", 1).close();
    }

    private void assertContent(ResourceLink link, int number) {
        assertThat(link.readPayload(0, SIZE)).containsOnly((byte) number);
    }

    @Test
    void aSizeThatIsPublishedOnceIsNotKept() throws IOException {
        publishOnce();
        assertThat(producer.recycling()).isEqualTo(new RecyclingStatistics(0, 0, 0, 0));
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }

    @Test
    void aFileThatNobodyHoldsIsGivenOutUnderTheNextKey() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        Object file = inode("second");
        second.close();
        assertThat(producer.recycling()).isEqualTo(new RecyclingStatistics(0, 0, 1, SIZE + 64));
        assertThat(consumer.list()).as("its key is free").isEmpty();
        try (ResourceLink third = publish("third", 3)) {
            assertThat(inode("third")).isEqualTo(file);
            assertThat(third.refcount()).isOne();
            assertContent(third, 3);
            assertThat(consumer.tryAcquire("second")).isEmpty();
            try (ResourceLink acquired = consumer.acquire("third")) {
                assertContent(acquired, 3);
                assertThat(acquired.payload().isReadOnly()).isTrue();
                assertThat(third.refcount()).isEqualTo(2);
            }
        }
        assertThat(producer.recycling().reused()).isOne();
    }

    @Test
    void aFileThatSomebodyHoldsIsNot() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        try (ResourceLink held = consumer.acquire("second")) {
            second.close();
            try (ResourceLink _ = publish("third", 3)) {
                assertThat(producer.recycling().reused()).isZero();
                assertContent(held, 2);
                assertThat(held.refcount()).as("the pool's own is one").isEqualTo(2);
            }
        }
        try (ResourceLink fourth = publish("fourth", 4)) {
            assertThat(producer.recycling().reused()).isOne();
            assertContent(fourth, 4);
        }
    }

    @Test
    void theKeyOfOneThatAnotherHasHeldLastIsFreeAMomentLater() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        ResourceLink held = consumer.acquire("second");
        second.close();
        held.close();
        Deadline.awaitTrue("its key is free", () -> consumer.list().isEmpty());
        assertThat(producer.recycling()).isEqualTo(new RecyclingStatistics(0, 0, 1, SIZE + 64));
    }

    @Test
    void aKeyThatOnlyItsProducerHoldsForLaterIsFreeForItsProducer() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        ResourceLink held = consumer.acquire("second");
        second.close();
        held.close();
        try (ResourceLink again = producer.publish("second", Content.of(new byte[5]))) {
            assertThat(again.payloadSize()).isEqualTo(5);
        }
    }

    @Test
    void withoutAUsableStageNothingGoesRoundAndNothingFails() throws IOException {
        Path stage = Files.writeString(directory.resolve(".stage"), "in the way");
        for (int number = 1; number < 5; number++) {
            try (ResourceLink link = publish("key", number)) {
                assertContent(link, number);
            }
        }
        assertThat(producer.recycling()).isEqualTo(new RecyclingStatistics(0, 0, 0, 0));
        producer.close();
        Files.delete(stage);
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }

    @Test
    void anIdleFileThatSomebodyHasShortenedOrRemovedIsNotGivenOut() throws IOException {
        publishOnce();
        publish("second", 2).close();
        Path idle = directory.resolve(SharedMemoryDirectory.files(directory).getFirst());
        try (FileChannel channel = FileChannel.open(idle, StandardOpenOption.WRITE)) {
            channel.truncate(10_000);
        }
        publish("third", 3).close();
        assertThat(producer.recycling()).isEqualTo(new RecyclingStatistics(0, 0, 1, SIZE + 64));
        Files.delete(directory.resolve(SharedMemoryDirectory.files(directory).getFirst()));
        publish("fourth", 4).close();
        assertThat(producer.recycling()).isEqualTo(new RecyclingStatistics(0, 0, 1, SIZE + 64));
    }

    @Test
    void oneThatIsShortenedWhileItIsTakenIsReplacedByAFreshOne() {
        boolean[] armed = { false };
        SegmentClock shortening = SegmentClock.of(() -> {
            if (armed[0]) {
                armed[0] = false;
                shortenIdle();
            }
            return Instant.now();
        });
        try (ResourceLinkFactory factory = builder().clock(shortening).build()) {
            factory.publish("first", Content.of(content(1))).close();
            factory.publish("second", Content.of(content(2))).close();
            armed[0] = true;
            try (ResourceLink third = factory.publish("third", Content.of(content(3)))) {
                assertThat(armed[0]).as("still whole").isFalse();
                assertContent(third, 3);
            }
        }
    }

    private void shortenIdle() {
        try (FileChannel channel = FileChannel.open(
                directory.resolve(SharedMemoryDirectory.files(directory).getFirst()),
                StandardOpenOption.WRITE)) {
            channel.truncate(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theLastOneOutRemovesItsNameEvenIfOthersHaveItMappedStill() throws IOException {
        publishOnce();
        ResourceLink second = publish("second", 2);
        try (ResourceLinkFactory third = builder().build()) {
            ResourceLink last = third.acquire("second");
            consumer.acquire("second").close();
            producer.abandon();
            last.close();
            assertThat(second.isClosed()).isTrue();
            Deadline.awaitTrue("its name is gone", () -> isEmpty(directory));
        }
    }

    private static boolean isEmpty(Path directory) {
        try {
            return SharedMemoryDirectory.files(directory).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aWritersMemoryEndsWhenItIsPublishedAndWhenItIsNot() {
        publishOnce();
        List<MemorySegment> written = new ArrayList<>();
        try (ResourceLink link = producer.publish("second", Content.filling(SIZE, written::add));
                ResourceLink taken = consumer.create("taken", 1)) {
            assertThat(link.payload().get(ValueLayout.JAVA_BYTE, 0)).isZero();
            assertThatExceptionOfType(SegmentAlreadyExistsException.class)
                    .isThrownBy(() -> producer.publish("taken", Content.filling(SIZE, written::add)));
            assertThatExceptionOfType(SegmentAlreadyExistsException.class)
                    .isThrownBy(() -> producer.publish("taken", Content.filling(10, written::add)));
            Reclaimer.reclaimNow();
            assertThat(written).hasSize(3).allSatisfy(memory -> assertThatIllegalStateException()
                    .isThrownBy(() -> memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1)));
            assertThat(link.payload().get(ValueLayout.JAVA_BYTE, 0)).isZero();
            assertThat(taken.payloadSize()).isOne();
        }
    }

    @Test
    void aLinkThatStaysKeepsNothingOfThoseThatWereOpenedAtTheSameTime() throws IOException {
        List<ResourceLink> links = new ArrayList<>();
        for (int number = 0; number < 300; number++) {
            links.add(producer.create("small-" + number, 8));
        }
        links.forEach(link -> assertThat(link.payload().get(ValueLayout.JAVA_LONG, 0)).isZero());
        links.forEach(ResourceLink::close);
        ResourceLink stays = producer.create("stays", 8);
        MemorySegment payload = stays.payload();
        for (int number = 0; number < 300; number++) {
            try (ResourceLink brief = producer.create("brief", 8)) {
                brief.payload().set(ValueLayout.JAVA_LONG, 0, number);
            }
        }
        Deadline.awaitTrue("only two directories and a segment are open",
                () -> countOpen() == 3);
        payload.set(ValueLayout.JAVA_LONG, 0, 7);
        assertThat(stays.payload().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(7);
        stays.close();
    }

    private int countOpen() {
        try {
            return SharedMemoryDirectory.openDescriptors(directory).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aReferenceInTransitKeepsItAsWell() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        TransitReference<ResourceLink> transit = Transits.of(second);
        second.close();
        publish("third", 3).close();
        assertThat(producer.recycling().reused()).isZero();
        try (ResourceLink received = Transits.received(consumer, transit.key(), transit.kind(), transit.file())
                .accept()) {
            assertContent(received, 2);
        }
    }

    @Test
    void aKeyThatIsUsedOverAndOverAlwaysHasItsNewestContent() {
        for (int number = 1; number < 100; number++) {
            ResourceLink link = publish("frame", number);
            try (ResourceLink acquired = consumer.acquire("frame")) {
                assertContent(acquired, number);
            }
            link.close();
            Reclaimer.reclaimNow();
        }
        assertThat(producer.recycling().reused()).isEqualTo(97);
        assertThat(producer.recycling().idle() + producer.recycling().lent()).isOne();
    }

    @Test
    void theConsumerMapsItOnce() throws IOException {
        publishOnce();
        long address = 0;
        for (int number = 2; number < 20; number++) {
            ResourceLink link = publish("key-" + number, number);
            try (ResourceLink acquired = consumer.acquire("key-" + number)) {
                assertContent(acquired, number);
                long now = acquired.payload().address();
                assertThat(now).isEqualTo(address == 0 ? now : address);
                address = now;
            }
            link.close();
            Reclaimer.reclaimNow();
        }
        assertThat(SharedMemoryDirectory.mappings(directory)).hasSize(2);
    }

    @Test
    void whatTheConsumerKeepsMappedIsNoReference() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        consumer.acquire("second").close();
        assertThat(second.refcount()).isOne();
        second.close();
        publish("third", 3).close();
        assertThat(producer.recycling().reused()).isOne();
    }

    @Test
    void whatTheConsumerKeepsMappedGoesWithItsOwner() {
        publishOnce();
        ResourceLink second = publish("second", 2);
        consumer.acquire("second").close();
        producer.abandon();
        Deadline.awaitTrue("it is unmapped and collected", () -> isNothingMapped() && isEmpty(directory));
        assertThat(second.isClosed()).isTrue();
    }

    private boolean isNothingMapped() {
        try {
            return SharedMemoryDirectory.mappings(directory).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aDeadProducersIdleFilesAreCollected() throws IOException {
        publishOnce();
        publish("second", 2).close();
        assertThat(producer.list()).isEmpty();
        assertThat(SharedMemoryDirectory.files(directory)).hasSize(1).first().asString().startsWith(".stage/");
        assertThat(consumer.collectOrphans(Duration.ZERO).collected()).as("its owner lives").isEmpty();
        producer.abandon();
        assertThat(consumer.collectOrphans(Duration.ZERO).collected()).singleElement()
                .extracting(OrphanReport.Collected::reason).isEqualTo(OrphanReport.Reason.UNFINISHED);
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }

    @Test
    void aRemovedOneIsNotGivenOut() throws IOException {
        publishOnce();
        ResourceLink second = publish("second", 2);
        assertThat(consumer.remove("second")).isTrue();
        second.close();
        publish("third", 3).close();
        assertThat(producer.recycling().reused()).isZero();
        producer.close();
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }

    @Test
    void oneThatAProcessWithoutLocksHasCountedItselfInIsNotGivenOut() throws IOException {
        publishOnce();
        ResourceLink second = publish("second", 2);
        Path file = directory.resolve("second");
        try (FileChannel foreign = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            foreign.write(ByteBuffer.wrap(new byte[]{ 1 }), SegmentHeader.REFCOUNT_OFFSET);
            second.close();
            publish("third", 3).close();
            assertThat(producer.recycling().reused()).isZero();
            assertThat(Files.exists(file)).as("a foreign process has it open").isTrue();
        }
        assertThat(consumer.collectOrphans(Duration.ZERO).collected()).extracting(OrphanReport.Collected::key)
                .contains("second");
    }

    @Test
    void memoryIsClearedForAWriterUnlessHeSaysThatHeFillsIt() {
        publishOnce();
        publish("second", 2).close();
        try (ResourceLink third = producer.publish("third",
                Content.filling(SIZE, payload -> payload.set(ValueLayout.JAVA_BYTE, 5,
                        (byte) 3)))) {
            assertThat(producer.recycling().reused()).isOne();
            byte[] expected = new byte[SIZE];
            expected[5] = 3;
            assertThat(third.readPayload(0, SIZE)).isEqualTo(expected);
        }
        Reclaimer.reclaimNow();
        try (ResourceLink fourth = producer.publish("fourth",
                Content.overwriting(SIZE, payload -> payload.fill((byte) 4)))) {
            assertThat(producer.recycling().reused()).isEqualTo(2);
            assertContent(fourth, 4);
        }
    }

    @Test
    void whatIsToBeKeptIsNotRecycled() {
        publishOnce();
        CreateOptions kept = CreateOptions.defaults().withKeep(true);
        producer.publish("second", Content.of(content(2)), kept).close();
        publish("third", 3).close();
        assertThat(producer.recycling().reused()).isZero();
        try (ResourceLink second = consumer.acquire("second")) {
            assertContent(second, 2);
        }
        assertThat(producer.remove("second")).isTrue();
    }

    @Test
    void aKeyThatIsTakenFailsAndLosesNothing() throws IOException {
        publishOnce();
        publish("second", 2).close();
        try (ResourceLink taken = consumer.create("taken", 1)) {
            assertThatExceptionOfType(SegmentAlreadyExistsException.class).isThrownBy(() -> publish("taken", 3));
            assertThat(taken.payloadSize()).isOne();
        }
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
        publish("third", 3).close();
    }

    @Test
    void aClosedFactoryKeepsNothing() throws IOException {
        publishOnce();
        publish("second", 2).close();
        ResourceLink third = publish("third", 3);
        producer.close();
        assertThat(third.isClosed()).isTrue();
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }
}
