package io.resourcelink;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
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
import io.resourcelink.internal.store.TransitReference;
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

    /** The size depends on the number, and every file has room for each. */
    private static byte[] content(int number) {
        byte[] bytes = new byte[SIZE - 390 * number];
        Arrays.fill(bytes, (byte) number);
        return bytes;
    }

    @Test
    void nobodyEverSeesTwoPayloadsInOne() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        work(List.of(() -> produce(end), () -> consume(end), () -> produce(end), () -> consume(end)));
    }

    @Test
    void nobodyGetsAnotherPayloadThanWasSent() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        BlockingQueue<Sent> socket = new ArrayBlockingQueue<>(8);
        work(List.of(() -> send(socket, end), () -> receive(socket, end), () -> receive(socket, end),
                () -> consume(end)));
        socket.forEach(lost -> lost.transit().close());
    }

    private void work(List<Callable<Integer>> work) throws Exception {
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

    /** What is under way, and what is in it. */
    private record Sent(TransitReference<ResourceLink> transit, int number) {}

    private int send(BlockingQueue<Sent> socket, long end) throws InterruptedException {
        int sent = 0;
        while (System.nanoTime() < end) {
            int number = sent % 127 + 1;
            try (ResourceLink link = producer.publish("key-" + number % 3, Content.of(content(number)))) {
                TransitReference<ResourceLink> transit = Transits.of(link);
                TransitReference<ResourceLink> received = Transits.received(consumer, link.key(), link.kind(),
                        transit.file());
                if (socket.offer(new Sent(received, number), 1, TimeUnit.MILLISECONDS)) {
                    sent++;
                } else {
                    received.close();
                }
            } catch (SegmentAlreadyExistsException | SegmentBusyException _) {
                // It is still under way, or held.
            }
        }
        return sent;
    }

    private int receive(BlockingQueue<Sent> socket, long end) throws InterruptedException {
        int received = 0;
        while (System.nanoTime() < end) {
            Sent sent = socket.poll(1, TimeUnit.MILLISECONDS);
            if (sent != null) {
                try (ResourceLink link = sent.transit().accept()) {
                    assertThat(link.payload().mismatch(MemorySegment.ofArray(content(sent.number())))).isEqualTo(-1);
                    received++;
                }
            }
        }
        return received;
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
