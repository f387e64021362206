package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.IpcException;
import io.resourcelink.os.CallFrame;
import io.resourcelink.os.Directory.Access;
import io.resourcelink.os.OpenFile;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the rules of removal are needed, and whether a stress like the campaigns' would notice if one were missing.
 * Holders create, acquire and let go under two keys, each with a factory of its own, as processes would. Nobody removes a
 * name by force, so a segment that is held and has no name was taken away from its holder.
 */
@ExtendWith(SharedMemoryDirectory.class)
class RuleCampaignTest {

    private static final int HOLDERS = 4;
    private static final int ROUNDS = 3_000;

    private final AtomicLong violations = new AtomicLong();
    private final AtomicLong rounds = new AtomicLong();

    /** Removes names, by all rules or not. */
    private interface Remover {

        void sweep(CallFrame frame, String key) throws UnusableException;
    }

    @Test
    void nobodyLosesASegmentWhileAllRulesAreKept(Path directory) throws InterruptedException {
        try (SegmentDirectory segments = open(directory)) {
            Collector collector = new Collector(segments);
            run(directory, (frame, key) -> collector.collect(frame, key, Duration.ZERO, false),
                    () -> rounds.get() >= HOLDERS * ROUNDS);
        }
        assertThat(violations).hasValue(0);
    }

    @Test
    void withoutExcludingReferencesHoldersLoseSegments(Path directory) throws InterruptedException {
        try (SegmentDirectory segments = open(directory)) {
            run(directory, (frame, key) -> {
                try (OpenFile file = segments.open(frame, key, Access.USE)) {
                    if (file != null && ReferenceLocks.tryMaintain(frame, file)
                            && ReferenceLocks.countOthers(frame, file) == 0
                            && segments.isNamed(frame, key, file.status(frame))) {
                        segments.unlink(frame, key);
                    }
                }
            }, () -> violations.get() > 0);
        }
        assertThat(violations.get()).isPositive();
    }

    @Test
    void withoutAskingForTheNameHoldersLoseNewerSegments(Path directory) throws InterruptedException {
        try (SegmentDirectory segments = open(directory)) {
            run(directory, (frame, key) -> {
                try (OpenFile file = segments.open(frame, key, Access.USE)) {
                    if (file != null && ReferenceLocks.tryMaintain(frame, file)
                            && ReferenceLocks.tryExclude(frame, file)) {
                        segments.unlink(frame, key);
                    }
                }
            }, () -> violations.get() > 0);
        }
        assertThat(violations.get()).isPositive();
    }

    private static SegmentDirectory open(Path directory) {
        return SegmentDirectory.open(directory, ResourceKind.SHARED_MEMORY, SegmentClock.system(), FixedClock.TRUST);
    }

    private void run(Path directory, Remover remover, BooleanSupplier enough) throws InterruptedException {
        long begin = System.nanoTime();
        BooleanSupplier over = () -> enough.getAsBoolean()
                || System.nanoTime() - begin > TimeUnit.MINUTES.toNanos(2);
        List<Thread> threads = new ArrayList<>();
        for (int holder = 0; holder < HOLDERS; holder++) {
            threads.add(Thread.ofPlatform().start(() -> hold(directory, over)));
        }
        threads.add(Thread.ofPlatform().start(() -> remove(remover, over)));
        for (Thread thread : threads) {
            thread.join();
        }
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build()) {
            factory.collectOrphans(Duration.ZERO);
            assertThat(factory.list()).isEmpty();
        }
    }

    private void hold(Path directory, BooleanSupplier over) {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build()) {
            while (!over.getAsBoolean()) {
                String key = "key-" + ThreadLocalRandom.current().nextInt(2);
                try (ResourceLink link = ThreadLocalRandom.current().nextBoolean()
                        ? factory.create(key, 0)
                        : factory.acquire(key)) {
                    if (link.info().state() == SegmentState.RETIRED) {
                        violations.incrementAndGet();
                    }
                } catch (IpcException _) {
                    // Others were faster: expected here.
                }
                rounds.incrementAndGet();
            }
        }
    }

    private static void remove(Remover remover, BooleanSupplier over) {
        try (CallFrame frame = new CallFrame()) {
            while (!over.getAsBoolean()) {
                for (String key : List.of("key-0", "key-1")) {
                    try {
                        remover.sweep(frame, key);
                    } catch (UnusableException | IpcException _) {
                        // Somebody else has removed it.
                    }
                }
            }
        }
    }
}
