package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What a listener is told of by every store. */
@ParameterizedClass
@EnumSource
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class ListenerContractTest {

    private final ContractHost.Kind kind;
    private final List<String> events = new ArrayList<>();
    private ContractHost host;
    private ResourceLinkFactory factory;

    ListenerContractTest(ContractHost.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(Path directory) {
        host = kind.open(directory);
        factory = host.builder().listener(new Recorder("")).build();
    }

    @AfterEach
    void close() {
        factory.close();
        host.close();
    }

    @Test
    void everyReferenceIsToldOfWhenItIsTakenAndGivenBack() throws InterruptedException {
        try (ResourceLink created = factory.create("key", 10);
                ResourceLink _ = created.retain();
                ResourceLink _ = factory.acquire("key");
                ResourceLink _ = factory.acquire("key", Duration.ofSeconds(1))) {
            assertThat(factory.tryAcquire("none")).isEmpty();
        }
        assertThat(events).containsExactly("created key 74", "acquired key 74", "acquired key 74", "acquired key 74",
                "released key 74", "released key 74", "released key 74", "released key 74");
    }

    @Test
    void publishingIsTimedWithoutTheWriter() {
        List<Duration> times = new ArrayList<>();
        try (ResourceLinkFactory timed = host.builder().listener(new ResourceLinkListener() {
            @Override
            public void created(String key, ResourceKind kind, long size, Duration took) {
                times.add(took);
            }
        }).build()) {
            long begin = System.nanoTime();
            timed.publish("key", Content.filling(1, payload -> Thread.sleep(50))).close();
            assertThat(times).singleElement().satisfies(took -> assertThat(took).isPositive()
                    .isLessThan(Duration.ofNanos(System.nanoTime() - begin).minusMillis(50)));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void failuresAreToldOfAndThrown() {
        try (ResourceLink _ = factory.create("key", 1)) {
            assertThatExceptionOfType(SegmentAlreadyExistsException.class).isThrownBy(() -> factory.create("key", 1));
            assertThatExceptionOfType(SegmentAlreadyExistsException.class)
                    .isThrownBy(() -> factory.publish("key", Content.filling(1, _ -> {})));
            assertThatExceptionOfType(SegmentNotFoundException.class).isThrownBy(() -> factory.acquire("none"));
            assertThatExceptionOfType(SegmentNotFoundException.class)
                    .isThrownBy(() -> factory.acquire("none", Duration.ofMillis(1)));
            assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> factory.tryAcquire("a/b"));
            assertThatExceptionOfType(InvalidKeyException.class)
                    .isThrownBy(() -> factory.publish("a/b", Content.of(new byte[1])));
        }
        factory.close();
        assertThatIllegalStateException().isThrownBy(() -> factory.collectOrphans(Duration.ZERO));
        assertThat(events).containsExactly("created key 65", "CREATE of key failed: SegmentAlreadyExistsException",
                "CREATE of key failed: SegmentAlreadyExistsException",
                "ACQUIRE of none failed: SegmentNotFoundException", "ACQUIRE of none failed: SegmentNotFoundException",
                "ACQUIRE of a/b failed: InvalidKeyException", "CREATE of a/b failed: InvalidKeyException",
                "released key 65",
                "COLLECT of null failed: IllegalStateException");
    }

    @Test
    void whatAWriterThrowsIsNoFailureOfTheSegment() {
        assertThatIllegalStateException().isThrownBy(() -> factory.publish("key", Content.filling(1, _ -> {
            throw new IllegalStateException("the writer's own");
        })));
        assertThat(events).isEmpty();
    }

    @Test
    void aSweepIsToldOfWithItsReport() {
        host.orphan("orphan", 10, CreateOptions.defaults());
        factory.findOrphans(Duration.ZERO);
        assertThat(events).isEmpty();
        factory.collectOrphans(Duration.ZERO);
        assertThat(events).containsExactly("swept 1");
    }

    @Test
    void anOrphanThatGivesWayToANewSegmentIsToldOf() {
        host.orphan("orphan", 10, CreateOptions.defaults());
        factory.create("orphan", 1).close();
        assertThat(events).containsExactly("collected orphan", "created orphan 65", "released orphan 65");
    }

    @Test
    void allListenersAreToldInTheirOrderWhateverOneThrows() {
        try (ResourceLinkFactory heard = host.builder().listener(new Recorder("first ")).listener(
                new ResourceLinkListener() {
                    @Override
                    public void created(String key, ResourceKind kind, long size, Duration took) {
                        throw new IllegalStateException("a listener that fails on purpose");
                    }
                }).listener(new Recorder("last ")).build(); ResourceLink link = heard.create("key", 0)) {
            assertThat(link.isClosed()).isFalse();
            assertThat(events).containsExactly("first created key 64", "last created key 64");
        }
    }

    private final class Recorder implements ResourceLinkListener {

        private final String prefix;

        Recorder(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public void created(String key, ResourceKind kind, long size, Duration took) {
            record("created", key, size, took);
        }

        @Override
        public void acquired(String key, ResourceKind kind, long size, Duration took) {
            record("acquired", key, size, took);
        }

        @Override
        public void released(String key, ResourceKind kind, long size, Duration took) {
            record("released", key, size, took);
        }

        @Override
        public void failed(Operation operation, @Nullable String key, RuntimeException failure, Duration took) {
            assertThat(took).isPositive();
            events.add(prefix + operation + " of " + key + " failed: " + failure.getClass().getSimpleName());
        }

        @Override
        public void swept(OrphanReport report, Duration took) {
            assertThat(took).isPositive();
            events.add(prefix + "swept " + report.collected().size());
        }

        @Override
        public void collected(OrphanReport.Collected orphan) {
            events.add(prefix + "collected " + orphan.key());
        }

        private void record(String event, String key, long size, Duration took) {
            assertThat(took).isPositive();
            events.add(prefix + event + " " + key + " " + size);
        }
    }
}
