package io.resourcelink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.store.FactoryStores;
import io.resourcelink.internal.store.Reservation;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;

/** The right to make a segment, on every store. */
@ParameterizedClass
@EnumSource
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class ReservationContractTest {

    private static final String KEY = "claim-00000000000000000000000000000000";

    private final ContractHost.Kind kind;
    private ContractHost host;
    private ResourceLinkFactory factory;
    private ResourceLinkFactory other;

    ReservationContractTest(ContractHost.Kind kind) {
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

    private static @Nullable Reservation tryReserve(ResourceLinkFactory factory, String key) {
        return FactoryStores.OF_FACTORY.inside(factory).call(ResourceKind.SHARED_MEMORY,
                store -> store.tryReserve(key));
    }

    private static Reservation reserve(ResourceLinkFactory factory, String key) {
        return Objects.requireNonNull(tryReserve(factory, key), "taken");
    }

    @Test
    void oneHasItUntilItIsClosed() {
        Reservation own = reserve(factory, KEY);
        assertThat(tryReserve(factory, KEY)).isNull();
        assertThat(tryReserve(other, KEY)).isNull();
        reserve(other, "another").close();
        own.close();
        Reservation next = reserve(other, KEY);
        own.close();
        assertThat(tryReserve(factory, KEY)).isNull();
        next.close();
    }

    @Test
    void itIsNoSegmentAndNoSweepTakesIt() {
        Reservation own = reserve(factory, KEY);
        assertThat(other.list()).isEmpty();
        assertThat(other.info(KEY)).isEmpty();
        assertThat(other.collectOrphans(Duration.ZERO)).isEqualTo(factory.findOrphans(Duration.ZERO));
        assertThat(tryReserve(other, KEY)).isNull();
        own.close();
    }

    @Test
    void itCanBeGivenBackAfterItsFactoryWasClosed() {
        ResourceLinkFactory closing = host.factory();
        Reservation own = reserve(closing, KEY);
        closing.close();
        own.close();
        reserve(factory, KEY).close();
    }

    /** The sweep sees the name of a file that nobody has locked any more. Before it removes it, it may be the name of another. */
    @Test
    void aSweepLeavesTheNextOneAtEachOfItsSystemCalls() {
        int calls = 1;
        for (int point = 1; point <= calls; point++) {
            NextAt next = new NextAt(point);
            Thread own = Thread.currentThread();
            try (SystemCalls _ = SystemCalls.accompanied(next, own::equals)) {
                other.collectOrphans(Duration.ZERO);
            }
            calls = next.calls;
            assertThat(tryReserve(other, KEY)).as("call %s of %s", point, calls).isNull();
            next.holder.close();
            reserve(other, KEY).close();
        }
    }

    /** Has the reservation, and before a call gives it back and takes it again. */
    private final class NextAt implements SystemCalls.Companion {

        private final int point;
        private int calls;
        private Reservation holder = reserve(factory, KEY);

        NextAt(int point) {
            this.point = point;
        }

        @Override
        public int before(String function, int nth) {
            if (++calls == point) {
                holder.close();
                holder = reserve(factory, KEY);
            }
            return 0;
        }
    }

    @Test
    void neverTwoHaveItWhileOthersSweep() throws Exception {
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger had = new AtomicInteger();
        List<Callable<Boolean>> works = new ArrayList<>();
        for (ResourceLinkFactory each : List.of(factory, other, factory)) {
            works.add(() -> {
                for (int round = 0; had.get() < 500 && round < 1_000_000; round++) {
                    try (Reservation own = tryReserve(each, KEY)) {
                        if (own != null) {
                            assertThat(holders.incrementAndGet()).isOne();
                            had.incrementAndGet();
                            holders.decrementAndGet();
                        }
                    }
                }
                return true;
            });
        }
        works.add(() -> {
            while (had.get() < 500 && !Thread.currentThread().isInterrupted()) {
                other.collectOrphans(Duration.ZERO);
            }
            return true;
        });
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (Future<Boolean> work : threads.invokeAll(works)) {
                assertThat(work.get()).isTrue();
            }
        }
        assertThat(had.get()).isGreaterThanOrEqualTo(500);
    }

    @Test
    void aRemovedStageIsMadeAgain(Path directory) throws Exception {
        reserve(factory, KEY).close();
        if (kind == ContractHost.Kind.FILES) {
            Files.delete(directory.resolve(".stage"));
        }
        reserve(factory, KEY).close();
    }
}
