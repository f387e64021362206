package io.resourcelink;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.internal.store.TransitReference;

import static org.assertj.core.api.Assertions.assertThat;

/** Every store under threads that create, acquire, retain, remove and close the same few keys at once. */
@Tag("slow")
@ParameterizedClass
@EnumSource
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class StoreStressTest {

    private static final int THREADS = 8;
    private static final int KEYS = 3;
    private static final int ROUNDS = 1000;
    private static final int SIZE = 2 * Long.BYTES;

    private final ContractHost.Kind kind;
    private ContractHost host;
    private ResourceLinkFactory factory;
    private ResourceLinkFactory other;

    StoreStressTest(ContractHost.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(Path directory) {
        host = kind.open(directory);
        factory = host.factory();
        other = host.factory();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void manyThreadsOnFewKeysLeaveNothing() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Integer>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                ResourceLinkFactory mine = thread % 2 == 0 ? factory : other;
                running.add(threads.submit(() -> rounds(mine)));
            }
            int held = 0;
            for (Future<Integer> one : running) {
                held += one.get(50, TimeUnit.SECONDS);
            }
            assertThat(held).isPositive();
        }
        assertThat(factory.list()).isEmpty();
    }

    /** Answers how often it held something. */
    private int rounds(ResourceLinkFactory mine) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int held = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String key = "key" + random.nextInt(KEYS);
            ResourceLink link = switch (random.nextInt(4)) {
                case 0 -> create(() -> created(mine.create(key, SIZE)));
                case 1 -> create(() -> mine.publish(key, Content.filling(SIZE, StoreStressTest::mark)));
                default -> mine.tryAcquire(key).orElse(null);
            };
            if (link != null) {
                use(link);
                if (kind == ContractHost.Kind.FILES && random.nextBoolean()) {
                    send(link, mine == factory ? other : factory);
                }
                link.close();
                held++;
            } else if (random.nextInt(20) == 0) {
                mine.remove(key);
            }
        }
        return held;
    }

    private static ResourceLink created(ResourceLink link) {
        mark(link.payload());
        return link;
    }

    private static void mark(MemorySegment payload) {
        payload.set(ValueLayout.JAVA_LONG, Long.BYTES, ThreadLocalRandom.current().nextLong());
    }

    /** A number of its own for each segment, or zero while its creator has not written it. */
    private static long incarnation(ResourceLink link) {
        return link.payload().get(ValueLayout.JAVA_LONG, Long.BYTES);
    }

    private static @Nullable ResourceLink create(Supplier<ResourceLink> creation) {
        try {
            return creation.get();
        } catch (SegmentAlreadyExistsException | SegmentBusyException _) {
            return null;
        }
    }

    private static void use(ResourceLink link) {
        assertThat(link.refcount()).isPositive();
        ResourceLink second = link.retain();
        assertThat(link.refcount()).isGreaterThanOrEqualTo(2);
        assertThat(second.readPayload(0, SIZE)).hasSize(SIZE);
        second.close();
        assertThat(link.refcount()).isPositive();
        assertThat(link.payload().get(ValueLayout.JAVA_BYTE, 0)).isZero();
    }

    /** Whoever sends may let go at once, and others may remove the name: the receiver gets the segment all the same. */
    private static void send(ResourceLink link, ResourceLinkFactory receiver) {
        TransitReference<ResourceLink> transit = Transits.received(receiver, link.key(), link.kind(),
                Transits.of(link).file());
        assertThat(link.refcount()).isGreaterThanOrEqualTo(2);
        long incarnation = incarnation(link);
        link.close();
        try (ResourceLink accepted = transit.accept()) {
            if (incarnation != 0) {
                assertThat(incarnation(accepted)).isEqualTo(incarnation);
            }
            use(accepted);
            Transits.of(accepted).close();
        }
    }
}
