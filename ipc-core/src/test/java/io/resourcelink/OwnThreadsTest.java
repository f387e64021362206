package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/** A factory's threads, callers and closing, whatever a listener does. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
class OwnThreadsTest {

    static List<Supplier<Error>> errors() {
        return List.of(() -> new NoClassDefFoundError("on purpose"), () -> new AssertionError("on purpose"),
                () -> new OutOfMemoryError("on purpose"), () -> new StackOverflowError("on purpose"),
                () -> new ExceptionInInitializerError("on purpose"));
    }

    /** Fails in every method, the first time with an error. */
    private static final class Failing implements ResourceLinkListener {

        private final Supplier<Error> error;
        private final AtomicInteger told = new AtomicInteger();

        Failing(Supplier<Error> error) {
            this.error = error;
        }

        private void fail() {
            told.incrementAndGet();
            throw error.get();
        }

        @Override
        public void created(String key, ResourceKind kind, long bytes, Duration took) {
            fail();
        }

        @Override
        public void acquired(String key, ResourceKind kind, long bytes, Duration took) {
            fail();
        }

        @Override
        public void released(String key, ResourceKind kind, long bytes, Duration took) {
            fail();
        }

        @Override
        public void collected(Collected orphan) {
            fail();
        }

        @Override
        public void swept(OrphanReport report, Duration took) {
            fail();
        }

        @Override
        public void failed(Operation operation, @Nullable String key, RuntimeException failure, Duration took) {
            fail();
        }

        @Override
        public void leaked(String key, @Nullable Throwable acquired) {
            fail();
        }
    }

    /** Leaves an orphan as a killed process does, which the watcher of another factory is told of. */
    private static void orphan(Path directory, String key) {
        ResourceLinkFactory dying = ResourceLinkFactory.builder().directory(directory).build();
        dying.create(key, 100);
        dying.abandon();
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorOfAListenerCostsNobodyAnything(Supplier<Error> error, Path directory) throws Exception {
        Failing listener = new Failing(error);
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).watch(true)
                .listener(listener).build()) {
            try (ResourceLink created = factory.create("held", 10); ResourceLink acquired = factory.acquire("held")) {
                assertThat(acquired.refcount()).isEqualTo(2);
                try (ResourceLink retained = acquired.retain()) {
                    assertThat(retained.refcount()).isEqualTo(3);
                }
                assertThat(created.refcount()).isEqualTo(2);
            }
            assertThat(factory.info("held")).isEmpty();
            for (int round = 0; round < 3; round++) {
                orphan(directory, "orphan-" + round);
                Deadline.awaitTrue("collected", () -> factory.list().isEmpty());
            }
            assertThatNoException().isThrownBy(() -> factory.findOrphans(Duration.ZERO));
            factory.collectOrphans(Duration.ZERO);
            assertThat(listener.told).hasValueGreaterThan(8);
            assertThat(factory.failures()).isEqualTo(listener.told.get());
            assertThat(factory.isWatching()).isTrue();
        }
    }

    @Test
    void aListenerMayCloseTheFactory(Path directory) {
        CountDownLatch closed = new CountDownLatch(2);
        List<ResourceLinkFactory> built = new ArrayList<>();
        built.add(ResourceLinkFactory.builder().directory(directory).watch(true)
                .listener(new ResourceLinkListener() {
                    @Override
                    public void created(String key, ResourceKind kind, long bytes, Duration took) {
                        built.getFirst().close();
                        closed.countDown();
                    }
                }).build());
        built.getFirst().create("key", 10);
        assertThat(built.getFirst().isClosed()).isTrue();
        built.add(ResourceLinkFactory.builder().directory(directory).watch(true)
                .listener(new ResourceLinkListener() {
                    @Override
                    public void collected(Collected orphan) {
                        built.getLast().close();
                        closed.countDown();
                    }
                }).build());
        orphan(directory, "orphan");
        Deadline.awaitTrue("closed by its watcher", () -> closed.getCount() == 0);
        built.getLast().close();
    }

    @Test
    void closingDoesNotWaitForAListenerThatHangs(Path directory) throws InterruptedException {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).watch(true)
                .listener(new ResourceLinkListener() {
                    @Override
                    public void collected(Collected orphan) {
                        hanging.countDown();
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    }
                }).build();
        orphan(directory, "orphan");
        hanging.await();
        factory.close();
        assertThat(factory.failures()).as("the thread that is busy").isOne();
        factory.close();
        goOn.countDown();
    }

    @Test
    void manyFactoriesHaveNotMoreThreadsThanOne(Path directory) {
        try (ResourceLinkFactory first = ResourceLinkFactory.builder().directory(directory).build()) {
            first.create("key", 10).close();
            long before = cleaners();
            List<ResourceLinkFactory> factories = new ArrayList<>();
            for (int number = 0; number < 50; number++) {
                factories.add(ResourceLinkFactory.builder().directory(directory).build());
                factories.getLast().create("key-" + number, 10).close();
            }
            assertThat(cleaners()).isEqualTo(before);
            factories.forEach(ResourceLinkFactory::close);
            assertThat(cleaners()).isEqualTo(before);
        }
    }

    private static long cleaners() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("Cleaner-"))
                .count();
    }

    @Test
    void aTimeToLiveForEverAndAWaitForEverSaturate(Path directory) throws InterruptedException {
        Duration forEver = ChronoUnit.FOREVER.getDuration();
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).defaultTtl(forEver)
                .ttl("other-*", forEver).build();
                ResourceLink link = factory.create("key", 10, CreateOptions.defaults().withTtl(forEver));
                ResourceLink other = factory.create("other-key", 10);
                ResourceLink again = factory.acquire("key", forEver)) {
            assertThat(again.isExpired()).isFalse();
            assertThat(other.isExpired()).isFalse();
            link.renew();
            assertThat(factory.list()).hasSize(2);
            assertThat(factory.collectOrphans(forEver).collected()).isEmpty();
        }
    }
}
