package io.resourcelink;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.segment.Retention;

import static org.assertj.core.api.Assertions.assertThat;

/** Producers and consumers of memory that goes round meet on a few keys; whatever is seen is one whole payload. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
class SegmentPoolStressTest {

    private static final int SIZE = 100_000;

    private ResourceLinkFactory producer = ResourceLinkFactory.builder().inProcess(new InProcessMemory(1 << 20))
            .build();
    private ResourceLinkFactory consumer = producer;

    @BeforeEach
    void build(Path directory) {
        producer.close();
        producer = ResourceLinkFactory.builder().directory(directory)
                .recycling(new Retention(16, 512L << 20, Duration.ofDays(1))).build();
        consumer = ResourceLinkFactory.builder().directory(directory).build();
    }

    @AfterEach
    void close() {
        consumer.close();
        producer.close();
    }

    private static byte[] content(int number) {
        byte[] bytes = new byte[SIZE];
        Arrays.fill(bytes, (byte) number);
        return bytes;
    }

    @Test
    void nobodyEverSeesTwoPayloadsInOne() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        List<Callable<Integer>> work = new ArrayList<>();
        for (int worker = 0; worker < 2; worker++) {
            work.add(() -> produce(end));
            work.add(() -> consume(end));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(work.size())) {
            int done = 0;
            for (Future<Integer> outcome : threads.invokeAll(work)) {
                assertThat(outcome.get()).isPositive();
                done += outcome.get();
            }
            assertThat(done).isPositive();
        }
        assertThat(producer.recycling().reused()).isPositive();
    }

    private int produce(long end) {
        int published = 0;
        while (System.nanoTime() < end) {
            int number = ThreadLocalRandom.current().nextInt(1, 128);
            try (ResourceLink _ = producer.publish("key-" + number % 3, Content.of(content(number)))) {
                published++;
            } catch (SegmentAlreadyExistsException | SegmentBusyException _) {
                // The other one was faster.
            }
        }
        return published;
    }

    private int consume(long end) {
        int seen = 0;
        while (System.nanoTime() < end) {
            try (ResourceLink link = consumer.tryAcquire("key-" + ThreadLocalRandom.current().nextInt(3))
                    .orElse(null)) {
                if (link != null) {
                    MemorySegment payload = link.payload();
                    byte[] expected = content(payload.get(ValueLayout.JAVA_BYTE, 0));
                    assertThat(payload.mismatch(MemorySegment.ofArray(expected))).isEqualTo(-1);
                    seen++;
                }
            } catch (SegmentBusyException _) {
                // It is being given out all the time.
            }
        }
        return seen;
    }
}
