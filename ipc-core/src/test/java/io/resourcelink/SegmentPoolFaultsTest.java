package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.RecyclingStatistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Recycled memory whose files are in use elsewhere, damaged or removed, or whose producer is dead. */
@Tag("slow")
class SegmentPoolFaultsTest extends SegmentPoolFixture {

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
}
