package io.resourcelink.segment;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Content;
import io.resourcelink.Deadline;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkFactoryBuilder;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.mapping.Reclaimer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** How much memory goes round, and for how long. */
@ExtendWith(SharedMemoryDirectory.class)
class RetentionTest {

    private static final int SIZE = 100_000;

    private Path directory = Path.of("");

    @BeforeEach
    void place(Path given) {
        directory = given;
    }

    private ResourceLinkFactoryBuilder builder() {
        return ResourceLinkFactory.builder().directory(directory);
    }

    /** So what is allowed by halves and quarters has room for two and for four. */
    @Test
    void headersDoNotCount() {
        Retention two = new Retention(9, 2 * SIZE, Duration.ofDays(1));
        try (ResourceLinkFactory producer = builder().recycling(two).build();
                ResourceLinkFactory consumer = builder().build()) {
            producer.publish("first", Content.of(new byte[SIZE])).close();
            ResourceLink second = producer.publish("second", Content.of(new byte[SIZE]));
            ResourceLink third = producer.publish("third", Content.of(new byte[SIZE]));
            try (ResourceLink _ = consumer.acquire("third")) {
                second.close();
                third.close();
            }
            Deadline.awaitTrue("both are kept, also when the limits were looked at again",
                    () -> producer.recycling().idle() == 2);
            assertThat(producer.recycling().bytes()).isEqualTo(2 * (SIZE + 64));
        }
    }

    @Test
    void noMoreIsKeptThanAllowed() throws IOException {
        for (Retention retention : List.of(new Retention(1, 1 << 30, Duration.ofDays(1)),
                new Retention(9, SIZE, Duration.ofDays(1)))) {
            try (ResourceLinkFactory bounded = builder().recycling(retention).build()) {
                bounded.publish("first", Content.of(new byte[SIZE])).close();
                ResourceLink second = bounded.publish("second", Content.of(new byte[SIZE]));
                ResourceLink third = bounded.publish("third", Content.of(new byte[SIZE]));
                second.close();
                third.close();
                RecyclingStatistics kept = bounded.recycling();
                assertThat(kept.lent() + kept.idle()).isOne();
                assertThat(kept.bytes()).isEqualTo(SIZE + 64);
                assertThat(SharedMemoryDirectory.files(directory)).hasSize(1);
            }
            assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
        }
    }

    @Test
    void nothingIsKeptForLongerThanAllowed() throws IOException {
        Retention brief = new Retention(9, 1 << 30, Duration.ofMillis(1));
        try (ResourceLinkFactory bounded = builder().recycling(brief).build()) {
            bounded.publish("first", Content.of(new byte[SIZE])).close();
            bounded.publish("second", Content.of(new byte[SIZE])).close();
            Deadline.awaitTrue("it is gone",
                    () -> bounded.recycling().equals(new RecyclingStatistics(0, 0, 0, 0)));
            assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
        }
    }

    @Test
    void smallOnesGiveWayToALargeOne() throws IOException {
        Retention two = new Retention(2, 1 << 30, Duration.ofDays(1));
        try (ResourceLinkFactory bounded = builder().recycling(two).build()) {
            for (int size : new int[]{ 5000, 12_000, SIZE, 5000, 12_000, SIZE, 5000 }) {
                bounded.publish("payload", Content.of(new byte[size])).close();
            }
            assertThat(bounded.recycling())
                    .isEqualTo(new RecyclingStatistics(0, 0, 2, 12_000 + SIZE + 2 * SegmentHeader.SIZE));
            bounded.publish("payload", Content.of(new byte[SIZE])).close();
            assertThat(bounded.recycling().reused()).isOne();
        }
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }

    @Test
    void aSmallMappingTakesNoLargeOnesPlace() throws IOException {
        Retention one = new Retention(1, 1 << 30, Duration.ofDays(1));
        try (ResourceLinkFactory producer = builder().recycling(new Retention(9, 1 << 30, Duration.ofDays(1))).build();
                ResourceLinkFactory consumer = builder().mappings(one).build()) {
            producer.publish("large", Content.of(new byte[SIZE])).close();
            producer.publish("small", Content.of(new byte[5000])).close();
            try (ResourceLink _ = producer.publish("large", Content.of(new byte[SIZE]));
                    ResourceLink _ = producer.publish("small", Content.of(new byte[5000]))) {
                for (String key : List.of("small", "large", "small")) {
                    consumer.acquire(key).close();
                }
                Reclaimer.reclaimNow();
                assertThat(mapped(SIZE)).as("the producer's and the consumer's").isEqualTo(2);
                assertThat(mapped(5000)).as("these, and the producer's").isEqualTo(3);
            }
        }
    }

    /** How many mappings there are of so many bytes at least. */
    private long mapped(long bytes) throws IOException {
        return SharedMemoryDirectory.mappings(directory).stream().map(line -> line.split("[- ]", 3))
                .filter(range -> Long.parseLong(range[1], 16) - Long.parseLong(range[0], 16) >= bytes).count();
    }

    @Test
    void nothingIsKeptIfNothingMayBe() throws IOException {
        try (ResourceLinkFactory without = builder().recycling(Retention.NONE).build()) {
            without.publish("first", Content.of(new byte[SIZE])).close();
            without.publish("second", Content.of(new byte[SIZE])).close();
            assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new Retention(-1, 0, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new Retention(0, -1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new Retention(0, 0, Duration.ofNanos(-1)));
    }
}
