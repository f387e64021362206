package io.resourcelink.boot.metrics;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkListener.Operation;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LinkMetricsTest {

    private static final CreateOptions ON_DISK = CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE);

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LinkMetrics metrics = new LinkMetrics(registry);

    @Test
    void referencesAreCountedAndTimedByKind() {
        try (ResourceLinkFactory factory = factory();
                ResourceLink frame = factory.create("frame", 100);
                ResourceLink _ = factory.acquire("frame");
                ResourceLink _ = factory.create("page", 100, ON_DISK)) {
            frame.retain().close();

            assertThat(counter("ipc.links.created", "kind", "shared-memory")).isEqualTo(1);
            assertThat(counter("ipc.links.created", "kind", "mapped-file")).isEqualTo(1);
            assertThat(counter("ipc.links.acquired", "kind", "shared-memory")).isEqualTo(2);
            assertThat(counter("ipc.links.acquired", "kind", "mapped-file")).isZero();
            assertThat(counter("ipc.links.released", "kind", "shared-memory")).isEqualTo(1);
            assertThat(registry.get("ipc.create").tag("kind", "mapped-file").timer().count()).isEqualTo(1);
            assertThat(registry.get("ipc.acquire").tag("kind", "shared-memory").timer().totalTime(TimeUnit.NANOSECONDS))
                    .isPositive();
        }
    }

    @Test
    void orphansAreCountedByReason() {
        directories.leaveOrphan("orphan");
        try (ResourceLinkFactory factory = factory()) {
            factory.collectOrphans(Duration.ZERO);
        }
        assertThat(counter("ipc.segments.collected", "reason", "expired", "kind", "shared-memory")).isEqualTo(1);
        assertThat(counter("ipc.segments.collected", "reason", "unreferenced", "kind", "shared-memory")).isZero();
        assertThat(registry.get("ipc.sweep").timer().count()).isEqualTo(1);
    }

    @Test
    void failuresAreCountedByWhatFailedAndHow() {
        try (ResourceLinkFactory factory = factory()) {
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThatExceptionOfType(SegmentNotFoundException.class).isThrownBy(() -> factory.acquire("none"));
            }
        }
        metrics.failed(Operation.COLLECT, null, new IllegalStateException("closed"), Duration.ZERO);
        assertThat(counter("ipc.failures", "operation", "acquire", "exception", "SegmentNotFoundException"))
                .isEqualTo(3);
        assertThat(counter("ipc.failures", "operation", "collect", "exception", "other")).isEqualTo(1);
    }

    @Test
    void leaksAreCounted() {
        metrics.leaked("frame", null);
        assertThat(registry.get("ipc.links.leaked").counter().count()).isEqualTo(1);
    }

    @Test
    void tagsDoNotGrowWithKeys() {
        try (ResourceLinkFactory factory = factory()) {
            int before = registry.getMeters().size();
            for (int number = 0; number < 100; number++) {
                factory.create("frame-" + number, 1).close();
            }
            assertThat(registry.getMeters()).hasSize(before).extracting(Meter::getId)
                    .allSatisfy(id -> assertThat(id.getTags()).extracting(Tag::getValue).noneMatch(
                            value -> value.startsWith("frame")));
        }
    }

    private ResourceLinkFactory factory() {
        return ResourceLinkFactory.builder().directory(directories.memory()).mappedFileDirectory(directories.files())
                .listener(metrics).build();
    }

    private double counter(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }
}
