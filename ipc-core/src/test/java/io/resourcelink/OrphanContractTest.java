package io.resourcelink;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;
import io.resourcelink.segment.OrphanReport.Skipped;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What every store does about segments that nobody holds. */
@Tag("slow")
@ParameterizedClass
@EnumSource
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class OrphanContractTest {

    /** Long enough that no timer is due while a test moves the clock. */
    private static final Duration HOUR = Duration.ofHours(1);

    private static final CreateOptions FOR_AN_HOUR = CreateOptions.defaults().withKeep(true).withTtl(HOUR);

    private final ContractHost.Kind kind;
    private ContractHost host;
    private ResourceLinkFactory factory;

    OrphanContractTest(ContractHost.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(Path directory) {
        host = kind.open(directory);
        factory = host.factory();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void whatNobodyHoldsIsCollectedOnceItIsOldEnough() {
        host.orphan("dead", 36, CreateOptions.defaults());
        host.clock().advance(59_999);
        assertThat(factory.collectOrphans(Duration.ofSeconds(60)).skipped())
                .containsExactly(new Skipped("dead", ResourceKind.SHARED_MEMORY, Cause.TOO_YOUNG, ""));
        host.clock().advance(1);
        OrphanReport report = factory.collectOrphans(Duration.ofSeconds(60));
        assertThat(report.collected())
                .containsExactly(new Collected("dead", ResourceKind.SHARED_MEMORY, Reason.UNREFERENCED, 100));
        assertThat(report.bytes()).isEqualTo(100);
        assertThat(factory.list()).isEmpty();
    }

    @Test
    void whatIsHeldStaysHoweverOldAndExpired() {
        try (ResourceLink link = factory.create("held", 1, CreateOptions.defaults().withTtl(Duration.ofMillis(1)))) {
            host.clock().advance(1_000_000_000);
            assertThat(link.isExpired()).isTrue();
            OrphanReport report = factory.collectOrphans(Duration.ZERO);
            assertThat(report.collected()).isEmpty();
            assertThat(report.skipped())
                    .containsExactly(new Skipped("held", ResourceKind.SHARED_MEMORY, Cause.HELD, ""));
        }
    }

    @Test
    void whatIsKeptStaysUntilItsTimeToLiveIsOver() {
        CreateOptions options = CreateOptions.defaults().withKeep(true).withTtl(HOUR);
        factory.create("kept", 36, options).close();
        assertThat(factory.info("kept").orElseThrow().refcount()).isZero();
        host.clock().advance(HOUR.toMillis() / 2);
        assertThat(factory.collectOrphans(Duration.ZERO).skipped()).extracting(Skipped::cause)
                .containsExactly(Cause.KEPT);
        assertThatExceptionOfType(SegmentAlreadyExistsException.class).isThrownBy(() -> factory.create("kept", 1))
                .withMessageContaining("to be kept");
        factory.acquire("kept").close();
        host.clock().advance(HOUR.toMillis() / 2);
        assertThat(factory.collectOrphans(Duration.ZERO).collected()).extracting(Collected::reason)
                .containsExactly(Reason.EXPIRED);
    }

    @Test
    void theLastReleaseOfAnExpiredKeptSegmentRemovesIt() {
        CreateOptions options = CreateOptions.defaults().withKeep(true).withTtl(Duration.ofMillis(500));
        ResourceLink link = factory.create("kept", 36, options);
        host.clock().advance(500);
        link.close();
        assertThat(factory.list()).isEmpty();
    }

    @Test
    void aDryRunRemovesNothing() {
        host.orphan("dead", 36, CreateOptions.defaults());
        assertThat(factory.findOrphans(Duration.ZERO).collected()).extracting(Collected::key).containsExactly("dead");
        assertThat(factory.collectOrphans(Duration.ZERO).collected()).extracting(Collected::key)
                .containsExactly("dead");
    }

    @Test
    void refusesANegativeAge() {
        assertThatIllegalArgumentException().isThrownBy(() -> factory.collectOrphans(Duration.ofMillis(-1)));
    }

    @Test
    void anOrphanGivesWayToANewSegmentOfItsKey() {
        host.orphan("dead", 36, CreateOptions.defaults());
        assertThat(factory.info("dead").orElseThrow().refcount()).isZero();
        try (ResourceLink link = factory.create("dead", 5)) {
            assertThat(link.payloadSize()).isEqualTo(5);
        }
    }

    @Test
    void anOrphanCanBeAcquiredAndThenGoesWithItsLastLink() {
        host.orphan("dead", 36, CreateOptions.defaults());
        try (ResourceLink link = factory.acquire("dead")) {
            assertThat(link.refcount()).isOne();
            assertThat(factory.collectOrphans(Duration.ZERO).collected()).isEmpty();
        }
        assertThat(factory.list()).isEmpty();
    }

    @Test
    void deathTakesOnlyTheReferencesOfTheDead() {
        ResourceLinkFactory dying = host.builder().build();
        try (ResourceLink link = factory.create("shared", 4)) {
            link.writePayload(new byte[]{ 1, 2, 3, 4 });
            ResourceLink first = dying.acquire("shared");
            ResourceLink second = first.retain();
            ResourceLink removed = dying.create("removed", 4);
            factory.remove("removed");
            assertThat(link.refcount()).isEqualTo(3);
            dying.abandon();
            assertThat(List.of(first, second, removed)).allMatch(ResourceLink::isClosed);
            assertThat(link.refcount()).isOne();
            assertThat(link.readPayload(0, 4)).containsExactly(1, 2, 3, 4);
        }
        dying.close();
    }

    @Test
    void whatIsKeptKeepsItsBytes() {
        CreateOptions kept = CreateOptions.defaults().withKeep(true);
        ResourceLink link = factory.create("letter", 3, kept);
        link.writePayload(new byte[]{ 1, 2, 3 });
        MemorySegment payload = link.payload();
        link.close();
        Deadline.awaitTrue("late accesses are exceptions", () -> !payload.scope().isAlive());
        assertThatIllegalStateException().isThrownBy(() -> payload.get(ValueLayout.JAVA_BYTE, 0));
        try (ResourceLink found = host.factory().acquire("letter")) {
            assertThat(found.readPayload(0, 3)).containsExactly(1, 2, 3);
            assertThat(found.info().keep()).isTrue();
        }
        assertThat(factory.info("letter").orElseThrow().refcount()).isZero();
        assertThat(factory.remove("letter")).isTrue();
        assertThat(factory.remove("letter")).isFalse();
    }

    @Test
    void renewingLetsTheTimeToLiveBeginAnew() {
        CreateOptions kept = CreateOptions.defaults().withKeep(true).withTtl(HOUR);
        try (ResourceLink link = factory.create("kept", 1, kept)) {
            host.clock().advance(HOUR.toMillis() / 2);
            link.renew();
            assertThat(link.isExpired()).isFalse();
        }
        host.clock().advance(HOUR.toMillis() / 2);
        assertThat(factory.info("kept").orElseThrow().expired()).isFalse();
        assertThat(factory.collectOrphans(Duration.ZERO).collected()).isEmpty();
        host.clock().advance(HOUR.toMillis() / 2);
        assertThat(factory.collectOrphans(Duration.ZERO).collected()).extracting(Collected::key)
                .containsExactly("kept");
    }

    @Test
    void aKeptSegmentWhoseTimeIsOverCannotBeAcquired() throws InterruptedException {
        List<Collected> told = new CopyOnWriteArrayList<>();
        try (ResourceLinkFactory other = host.builder().listener(new ResourceLinkListener() {
            @Override
            public void collected(Collected orphan) {
                told.add(orphan);
            }
        }).build()) {
            factory.create("kept", 36, FOR_AN_HOUR).close();
            host.clock().advance(HOUR.toMillis() / 2);
            other.acquire("kept").close();
            host.clock().advance(HOUR.toMillis() / 2);
            assertThat(other.tryAcquire("kept")).isEmpty();
            assertThat(told).containsExactly(
                    new Collected("kept", ResourceKind.SHARED_MEMORY, Reason.EXPIRED, 100));
            assertThat(other.list()).isEmpty();
            factory.create("kept", 36, FOR_AN_HOUR).close();
            host.clock().advance(HOUR.toMillis());
            assertThatExceptionOfType(SegmentNotFoundException.class).isThrownBy(() -> factory.acquire("kept"));
            factory.create("kept", 36, FOR_AN_HOUR).close();
            host.clock().advance(HOUR.toMillis());
            assertThatExceptionOfType(SegmentNotFoundException.class)
                    .isThrownBy(() -> factory.acquire("kept", Duration.ofMillis(1)));
        }
    }

    /** In files those that come at the same moment look like holders to each other, and one that is stopped there longer. */
    @Test
    void thoseWhoComeAtTheSameTimeLeaveNothingOfOneWhoseTimeIsOver() throws Exception {
        List<ResourceLinkFactory> factories = List.of(factory, host.factory(), host.factory(), host.factory());
        for (int round = 0; round < 100; round++) {
            factory.create("kept", 36, FOR_AN_HOUR).close();
            host.clock().advance(HOUR.toMillis());
            CyclicBarrier together = new CyclicBarrier(factories.size());
            AtomicInteger acquired = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (ResourceLinkFactory each : factories) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        together.await();
                    } catch (InterruptedException | BrokenBarrierException e) {
                        throw new AssertionError(e);
                    }
                    each.tryAcquire("kept").ifPresent(link -> {
                        acquired.incrementAndGet();
                        link.close();
                    });
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            if (kind == ContractHost.Kind.IN_PROCESS) {
                assertThat(acquired).as("round " + round).hasValue(0);
            }
            assertThat(factory.list()).isEmpty();
        }
    }

    @Test
    void oneThatIsHeldCanBeAcquiredHoweverOldItIs() {
        try (ResourceLink held = factory.create("kept", 36, FOR_AN_HOUR)) {
            host.clock().advance(2 * HOUR.toMillis());
            try (ResourceLink joined = factory.acquire("kept"); ResourceLink seen = host.factory().acquire("kept")) {
                assertThat(held.refcount()).isEqualTo(3);
                assertThat(seen.isExpired()).isTrue();
                assertThat(joined.isExpired()).isTrue();
            }
            assertThat(held.refcount()).isOne();
        }
        assertThat(factory.list()).isEmpty();
    }

    @Test
    void oneThatWasRenewedCanBeAcquired() {
        try (ResourceLink link = factory.create("kept", 36, FOR_AN_HOUR)) {
            host.clock().advance(2 * HOUR.toMillis());
            link.renew();
        }
        factory.acquire("kept").close();
        assertThat(factory.remove("kept")).isTrue();
    }

    @Test
    void ageAloneKeepsNobodyFromASegmentThatWasNotToBeKept() {
        host.orphan("dead", 36, CreateOptions.defaults().withTtl(Duration.ofMillis(1)));
        host.clock().advance(1000);
        factory.acquire("dead").close();
        assertThat(factory.list()).isEmpty();
    }

    @Test
    void aKeptSegmentGoesByItselfWhenItsTimeIsOver(Path directory) {
        List<Collected> told = new CopyOnWriteArrayList<>();
        try (ResourceLinkFactory waiting = kind.inRealTime(directory).listener(new ResourceLinkListener() {
            @Override
            public void collected(Collected orphan) {
                told.add(orphan);
            }
        }).build()) {
            CreateOptions brief = CreateOptions.defaults().withKeep(true).withTtl(Duration.ofMillis(200));
            // On a slow machine it may expire while it is held, and then it goes with its last reference.
            do {
                waiting.create("kept", 36, brief).close();
            } while (waiting.info("kept").isEmpty() && told.isEmpty());
            Deadline.awaitTrue("it is told", () -> !told.isEmpty());
            assertThat(waiting.list()).isEmpty();
            assertThat(told).contains(new Collected("kept", ResourceKind.SHARED_MEMORY, Reason.EXPIRED, 100));
        }
    }

    @Test
    void whatASweepHasSeenGoesByItselfLater(Path directory) {
        ResourceLinkFactoryBuilder builder = kind.inRealTime(directory);
        try (ResourceLinkFactory sweeping = builder.build()) {
            try (ResourceLinkFactory leaving = builder.build()) {
                CreateOptions brief = CreateOptions.defaults().withKeep(true).withTtl(Duration.ofMillis(500));
                leaving.create("kept", 36, brief).close();
            }
            sweeping.collectOrphans(Duration.ZERO);
            Deadline.awaitTrue("it is collected", () -> sweeping.list().isEmpty());
        }
    }

    @Test
    void everyHolderSeesARenewal() {
        CreateOptions options = CreateOptions.defaults().withTtl(Duration.ofMillis(500));
        try (ResourceLink link = factory.create("key", 1, options);
                ResourceLink other = host.factory().acquire("key")) {
            host.clock().advance(500);
            assertThat(other.isExpired()).isTrue();
            link.renew();
            assertThat(other.info().expired()).isFalse();
            assertThat(other.isExpired()).isFalse();
        }
    }
}
