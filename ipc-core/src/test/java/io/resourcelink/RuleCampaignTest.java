package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.internal.store.directory.Collector;
import io.resourcelink.internal.store.directory.DirectoryHost;
import io.resourcelink.internal.store.directory.SegmentDirectory;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SegmentState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the rules of removal are needed, and whether a stress like the campaigns' would notice if one were missing.
 * Holders create, acquire, let go, and send each other references under two keys, each with a factory of its own, as
 * processes would. Nobody removes a name by force, so a segment that is held and has no name was taken away from its
 * holder.
 */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
class RuleCampaignTest {

    private static final int HOLDERS = 4;
    private static final int ROUNDS = 3_000;

    private static final int QUEUED = 8;

    /** What was sent and not received yet, as in a socket. */
    private final BlockingQueue<Sent> socket = new ArrayBlockingQueue<>(QUEUED);

    /** A campaign of a busy machine needs longer; one that never ends is a fault, and says how far it has come. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration STOPPING = Duration.ofMinutes(1);

    private final AtomicLong violations = new AtomicLong();
    private final AtomicLong rounds = new AtomicLong();
    private final AtomicLong received = new AtomicLong();

    /** By default no thread sends, because a queued reference keeps its segment held. */
    private Sender sender = (_, _) -> null;

    /** Removes names, by all rules or not. */
    private interface Remover {

        void sweep(CallFrame frame, String key) throws UnusableException;
    }

    /** A message: a descriptor, and the key of its segment. */
    private record Sent(String key, OpenFile file) {}

    /** Makes what is sent of a segment that the sender holds, by all rules or not. */
    private interface Sender {

        @Nullable
        OpenFile send(CallFrame frame, ResourceLink link) throws UnusableException;
    }

    @Test
    void nobodyLosesASegmentWhileAllRulesAreKept(Path directory) throws InterruptedException {
        try (SegmentDirectory segments = open(directory)) {
            run(directory, collecting(segments), () -> rounds.get() >= HOLDERS * ROUNDS);
        }
        assertThat(rounds.get()).isGreaterThanOrEqualTo(HOLDERS * ROUNDS);
        assertThat(violations).hasValue(0);
    }

    @Test
    void nobodyLosesAReferenceInTransitWhileAllRulesAreKept(Path directory) throws InterruptedException {
        sender = (_, link) -> ThreadLocalRandom.current().nextInt(4) == 0 ? Transits.of(link).file() : null;
        try (SegmentDirectory segments = open(directory)) {
            run(directory, collecting(segments), () -> received.get() >= ROUNDS);
        }
        assertThat(received.get()).isGreaterThanOrEqualTo(ROUNDS);
        assertThat(violations).hasValue(0);
    }

    private static Remover collecting(SegmentDirectory segments) {
        Collector collector = new Collector(segments);
        return (frame, key) -> collector.collect(frame, key, Duration.ZERO, false);
    }

    /** Unlocking a byte on a shared description also drops the reference in transit. */
    @Test
    void withBytesUnlockedOnADescriptionThatWasSentReceiversLoseSegments(Path directory) throws InterruptedException {
        try (SegmentDirectory segments = open(directory)) {
            sender = (frame, link) -> {
                OpenFile own = segments.open(frame, link.key(), Access.USE);
                long base = own == null ? -1 : ReferenceLocks.tryTakeFirst(frame, own);
                if (own != null && base >= 0) {
                    ReferenceLocks.dropAll(frame, own, base, 1);
                }
                return own;
            };
            run(directory, collecting(segments), () -> violations.get() > 0);
        }
        assertThat(violations).hasPositiveValue();
    }

    /** Who asks on a description that was sent whether anybody holds a reference is not told of the one in transit. */
    @Test
    void withReferencesExcludedOnADescriptionThatWasSentReceiversLoseSegments(Path directory)
            throws InterruptedException {
        try (SegmentDirectory segments = open(directory)) {
            Collector collector = new Collector(segments);
            sender = (frame, link) -> {
                String key = link.key();
                OpenFile own = segments.open(frame, key, Access.USE);
                long base = own == null ? -1 : ReferenceLocks.tryTakeFirst(frame, own);
                if (own != null && base >= 0) {
                    SegmentHeader header = segments.header(frame, own, own.status(frame).size());
                    link.close();
                    collector.unlinkUnheld(frame, key, own, header, Duration.ZERO);
                    unlockAllBut(frame, own, base);
                }
                return own;
            };
            run(directory, collecting(segments), () -> violations.get() > 0);
        }
        assertThat(violations).hasPositiveValue();
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

    private static void unlockAllBut(CallFrame frame, OpenFile file, long base) {
        file.unlock(frame, ReferenceLocks.MAINTENANCE, base - ReferenceLocks.MAINTENANCE);
        file.unlock(frame, base + 1, ReferenceLocks.REFERENCES + ReferenceLocks.REFERENCES_LENGTH - base - 1);
    }

    private static SegmentDirectory open(Path directory) {
        return SegmentDirectory.open(directory, ResourceKind.SHARED_MEMORY, SegmentClock.system(), FixedClock.TRUST,
                DirectoryHost.COMMON);
    }

    /**
     * Runs holders and a remover until a condition is true. Nothing else ends the campaign, except a thread that fails and the
     * end of all patience; both fail the test.
     */
    private void run(Path directory, Remover remover, BooleanSupplier enough) throws InterruptedException {
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        long begin = System.nanoTime();
        BooleanSupplier over = () -> stopped.get() || enough.getAsBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int holder = 0; holder < HOLDERS; holder++) {
            threads.add(start(() -> hold(directory, over), stopped, failure));
        }
        threads.add(start(() -> remove(remover, over), stopped, failure));
        for (Thread thread : threads) {
            thread.join(PATIENCE.minusNanos(System.nanoTime() - begin));
        }
        boolean inTime = enough.getAsBoolean();
        stopped.set(true);
        for (Thread thread : threads) {
            assertThat(thread.join(STOPPING)).as("%s has ended", thread.getName()).isTrue();
        }
        socket.forEach(lost -> lost.file().close());
        assertThat(failure.get()).as("the failure of a thread").isNull();
        assertThat(inTime).as("Enough within %s: %s rounds, %s received, %s violations", PATIENCE, rounds, received,
                violations).isTrue();
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build()) {
            factory.collectOrphans(Duration.ZERO);
            assertThat(factory.list()).isEmpty();
        }
    }

    /** Starts a thread whose failure is kept and ends the campaign. */
    private static Thread start(Runnable work, AtomicBoolean stopped, AtomicReference<@Nullable Throwable> failure) {
        return Thread.ofPlatform().start(() -> {
            try {
                work.run();
            } catch (Throwable t) {
                failure.compareAndSet(null, t);
                stopped.set(true);
            }
        });
    }

    private void hold(Path directory, BooleanSupplier over) {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                CallFrame frame = new CallFrame()) {
            while (!over.getAsBoolean()) {
                String key = "key-" + ThreadLocalRandom.current().nextInt(2);
                try (ResourceLink link = switch (ThreadLocalRandom.current().nextInt(3)) {
                    case 0 -> factory.create(key, 0);
                    case 1 -> factory.acquire(key);
                    default -> receive(factory);
                }) {
                    if (link != null) {
                        if (link.info().state() == SegmentState.RETIRED) {
                            violations.incrementAndGet();
                        }
                        send(frame, factory, link);
                    }
                } catch (UnusableException | IpcException _) {
                    // Others were faster: expected here.
                }
                rounds.incrementAndGet();
            }
        }
    }

    private @Nullable ResourceLink receive(ResourceLinkFactory factory) {
        Sent sent = socket.poll();
        if (sent == null) {
            return null;
        }
        ResourceLink link = inTransit(factory, sent).accept();
        received.incrementAndGet();
        return link;
    }

    private static TransitReference<ResourceLink> inTransit(ResourceLinkFactory factory, Sent sent) {
        return Transits.received(factory, sent.key(), ResourceKind.SHARED_MEMORY, sent.file());
    }

    private void send(CallFrame frame, ResourceLinkFactory factory, ResourceLink link) throws UnusableException {
        String key = link.key();
        OpenFile file = sender.send(frame, link);
        if (file != null) {
            Sent sent = new Sent(key, file);
            if (!socket.offer(sent)) {
                inTransit(factory, sent).close();
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
