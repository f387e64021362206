package io.resourcelink.boot.metrics;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.InProcessMemory;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.error.SpaceLimit;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;

class SegmentMetricsTest {

    private static final CreateOptions ON_DISK = CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE);

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);

    @Test
    void segmentsAreCountedAndAddedUpByKind() {
        try (ResourceLinkFactory factory = bound();
                ResourceLink _ = factory.create("one", 100);
                ResourceLink _ = factory.create("two", 200);
                ResourceLink _ = factory.create("disk", 300, ON_DISK)) {
            assertThat(gauge("ipc.segments.live", ResourceKind.SHARED_MEMORY)).isEqualTo(2);
            assertThat(gauge("ipc.segments.bytes", ResourceKind.SHARED_MEMORY)).isEqualTo(64 + 100 + 64 + 200);
            assertThat(gauge("ipc.segments.live", ResourceKind.MAPPED_FILE)).isEqualTo(1);
            assertThat(gauge("ipc.segments.bytes", ResourceKind.MAPPED_FILE)).isEqualTo(64 + 300);
        }
    }

    @Test
    void heldAndExpiredSegmentsAreCountedAmongTheLiveOnes() {
        directories.leaveOrphan("orphan");
        try (ResourceLinkFactory factory = bound(); ResourceLink _ = factory.create("held", 100)) {
            assertThat(gauge("ipc.segments.live", ResourceKind.SHARED_MEMORY)).isEqualTo(2);
            assertThat(gauge("ipc.segments.held", ResourceKind.SHARED_MEMORY)).isEqualTo(1);
            assertThat(gauge("ipc.segments.expired", ResourceKind.SHARED_MEMORY)).isEqualTo(1);
            factory.remove("orphan");
        }
    }

    @Test
    void whatIsKeptIsMeasuredAgainstItsBound() {
        CreateOptions kept = CreateOptions.defaults().withKeep(true).withTtl(Duration.ofMinutes(1));
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directories.memory())
                .kept(1000, Duration.ZERO).build(); ResourceLinkFactory unbounded = directories.factory()) {
            new SegmentMetrics(factory, clock).bindTo(registry);
            factory.create("kept", 100, kept).close();
            factory.create("not", 100).close();
            assertThat(registry.get("ipc.space.kept").gauge().value()).isEqualTo(164);
            assertThat(registry.get("ipc.space.kept.bound").gauge().value()).isEqualTo(1000);
            unbounded.remove("kept");
            clock.addSeconds(1);
            assertThat(registry.get("ipc.space.kept").gauge().value()).as("another process removed it").isZero();

            SimpleMeterRegistry other = new SimpleMeterRegistry();
            new SegmentMetrics(unbounded, clock).bindTo(other);
            assertThat(other.get("ipc.space.kept").gauge().value()).isNaN();
        }
    }

    @Test
    void segmentsInProcessAreMeasuredToo() {
        InProcessMemory memory = new InProcessMemory(1000);
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().inProcess(memory).build();
                ResourceLink _ = factory.create("frame", 100)) {
            new SegmentMetrics(factory, clock).bindTo(registry);
            assertThat(gauge("ipc.segments.held", ResourceKind.SHARED_MEMORY)).isEqualTo(1);
            assertThat(gauge("ipc.space.total", ResourceKind.SHARED_MEMORY)).isEqualTo(1000);
            assertThat(gauge("ipc.space.free", ResourceKind.SHARED_MEMORY)).isEqualTo(1000 - 164);
            assertThat(limit("application")).isEqualTo(1);
            assertThat(limit("control-group")).isZero();
        }
    }

    @Test
    void spaceIsThatOfTheFileSystem() {
        try (ResourceLinkFactory factory = bound()) {
            factory.create("page", 1, ON_DISK).close();
            for (ResourceKind kind : ResourceKind.values()) {
                double total = (double) factory.capacity(kind).total();
                assertThat(gauge("ipc.space.total", kind)).isEqualTo(total);
                assertThat(gauge("ipc.space.free", kind)).isPositive().isLessThanOrEqualTo(total);
            }
        }
    }

    @Test
    void directoriesAreListedOnceForAllGaugesOfASecond() {
        try (ResourceLinkFactory factory = bound()) {
            assertThat(gauge("ipc.segments.live", ResourceKind.SHARED_MEMORY)).isZero();
            try (ResourceLink _ = factory.create("late", 100)) {
                clock.add(Duration.ofMillis(999));
                assertThat(gauge("ipc.segments.bytes", ResourceKind.SHARED_MEMORY)).isZero();
                clock.add(Duration.ofMillis(1));
                assertThat(gauge("ipc.segments.bytes", ResourceKind.SHARED_MEMORY)).isEqualTo(64 + 100);
            }
        }
    }

    @Test
    void gaugeOfADirectoryThatCannotBeReadIsNotANumber() {
        bound().close();

        assertThat(gauge("ipc.segments.live", ResourceKind.SHARED_MEMORY)).isNaN();
        assertThat(gauge("ipc.space.free", ResourceKind.SHARED_MEMORY)).isNaN();
    }

    @Test
    void measuringDoesNotMakeADirectory() {
        Path unused = directories.files().resolve("unused");
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directories.memory())
                .mappedFileDirectory(unused).build()) {
            new SegmentMetrics(factory, clock).bindTo(registry);

            assertThat(gauge("ipc.segments.live", ResourceKind.MAPPED_FILE)).isZero();
            assertThat(gauge("ipc.space.free", ResourceKind.MAPPED_FILE)).isNaN();
            assertThat(unused).doesNotExist();
        }
    }

    @Test
    void kindAndLimitAreTheOnlyTags() {
        try (ResourceLinkFactory _ = bound()) {
            assertThat(registry.getMeters()).hasSize(14 + 2 * SpaceLimit.values().length)
                    .allSatisfy(meter -> assertThat(meter.getId().getTags()).extracting(Tag::getKey)
                            .containsExactlyElementsOf(switch (meter.getId().getName()) {
                                case "ipc.space.limit" -> List.of("kind", "limit");
                                case "ipc.space.kept", "ipc.space.kept.bound" -> List.of();
                                default -> List.of("kind");
                            }));
        }
    }

    @Test
    void oneLimitIsTheLeast() {
        try (ResourceLinkFactory _ = bound()) {
            assertThat(Arrays.stream(SpaceLimit.values()).mapToDouble(limit -> limit(limit.label())).sum())
                    .isEqualTo(1);
        }
    }

    private double limit(String label) {
        return registry.get("ipc.space.limit").tags("kind", ResourceKind.SHARED_MEMORY.label(), "limit", label).gauge()
                .value();
    }

    private ResourceLinkFactory bound() {
        ResourceLinkFactory factory = directories.factory();
        new SegmentMetrics(factory, clock).bindTo(registry);
        return factory;
    }

    private double gauge(String name, ResourceKind kind) {
        return registry.get(name).tag("kind", kind.label()).gauge().value();
    }
}
