package io.resourcelink.boot.metrics;

import java.nio.file.Files;
import java.util.EnumMap;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import io.resourcelink.Capacity;
import io.resourcelink.ResourceKind;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkInfo;

/**
 * Gauges of the segments there are and of the room for more. Each is tagged with the {@code kind} of resource and
 * nothing else, so that their number is bounded.
 *
 * <ul>
 * <li>{@code ipc.segments.live}: segments that have their name, whoever holds them
 * <li>{@code ipc.segments.bytes}: what these take up, headers included
 * <li>{@code ipc.space.free} and {@code ipc.space.total}: bytes of the file system; not a number where it is not
 * limited
 * </ul>
 *
 * <p>A gauge whose directory is missing or cannot be read is not a number. Directories are listed at most once per
 * second, however many gauges and registries ask. Thread-safe.
 */
public final class SegmentMetrics implements MeterBinder {

    private static final long SNAPSHOT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ResourceLinkFactory factory;
    private final Clock clock;
    private @Nullable Snapshot snapshot;

    /**
     * Makes the gauges; nothing is read before one is asked for its value.
     *
     * @param factory whose directories are reported on
     * @param clock tells when a listing is too old
     */
    public SegmentMetrics(ResourceLinkFactory factory, Clock clock) {
        this.factory = factory;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (ResourceKind kind : ResourceKind.values()) {
            Tags tags = Tags.of("kind", kind.label());
            Gauge.builder("ipc.segments.live", this, metrics -> metrics.sizes(kind).getCount()).tags(tags)
                    .description("Segments that can be acquired").register(registry);
            Gauge.builder("ipc.segments.bytes", this, metrics -> metrics.sizes(kind).getSum()).tags(tags)
                    .description("Size of these segments, headers included").baseUnit(BaseUnits.BYTES)
                    .register(registry);
            Gauge.builder("ipc.space.free", this, metrics -> metrics.space(kind, Capacity::free)).tags(tags)
                    .description("Space that can still be allocated").baseUnit(BaseUnits.BYTES).register(registry);
            Gauge.builder("ipc.space.total", this, metrics -> metrics.space(kind, Capacity::total)).tags(tags)
                    .description("Space of the file system").baseUnit(BaseUnits.BYTES).register(registry);
        }
    }

    private synchronized LongSummaryStatistics sizes(ResourceKind kind) {
        long now = clock.monotonicTime();
        Snapshot current = snapshot;
        if (current == null || now - current.takenAt() >= SNAPSHOT_NANOS) {
            current = new Snapshot(now, factory.list().stream().collect(Collectors.groupingBy(ResourceLinkInfo::kind,
                    () -> new EnumMap<>(ResourceKind.class), Collectors.summarizingLong(ResourceLinkInfo::size))));
            snapshot = current;
        }
        return current.sizes().getOrDefault(kind, new LongSummaryStatistics());
    }

    private double space(ResourceKind kind, ToLongFunction<Capacity> part) {
        // The factory makes a directory when it is first needed, and to be measured is no need.
        if (!Files.isDirectory(factory.directory(kind))) {
            return Double.NaN;
        }
        long bytes = part.applyAsLong(factory.capacity(kind));
        return bytes == Long.MAX_VALUE ? Double.NaN : bytes;
    }

    private record Snapshot(long takenAt, Map<ResourceKind, LongSummaryStatistics> sizes) {}
}
