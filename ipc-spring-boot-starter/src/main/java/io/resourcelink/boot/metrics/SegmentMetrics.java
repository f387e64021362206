package io.resourcelink.boot.metrics;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.SpaceLimit;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;

/**
 * Gauges of the existing segments and of the space for more. Each gauge but those of what is kept has the tag
 * {@code kind}, {@code ipc.space.limit} also {@code limit}, so their number is bounded.
 *
 * <ul>
 * <li>{@code ipc.segments.live}: segments that have a name, with or without references
 * <li>{@code ipc.segments.held}: live segments that have references
 * <li>{@code ipc.segments.expired}: live segments whose time to live is over
 * <li>{@code ipc.segments.bytes}: size of all live segments, including headers
 * <li>{@code ipc.space.total}: bytes of the file system; NaN if it is not limited
 * <li>{@code ipc.space.free}: bytes that a new segment may take; NaN if nothing limits them
 * <li>{@code ipc.space.kept}: bytes that this process has published to be kept, such as claims; NaN if nothing bounds them
 * <li>{@code ipc.space.kept.bound}: how many bytes these may be; NaN if nothing bounds them
 * <li>{@code ipc.space.limit}: 1 for the limit that currently applies, 0 for each other one
 * </ul>
 *
 * <p>A gauge is NaN if its directory is missing or cannot be read. All gauges and registries together list the
 * directories at most once per second. Thread-safe.
 */
public final class SegmentMetrics implements MeterBinder {

    private static final long SNAPSHOT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ResourceLinkFactory factory;
    private final Clock clock;
    private @Nullable Snapshot snapshot;

    /**
     * Creates the gauges. They read nothing until they are asked for a value.
     *
     * @param factory the factory whose directories are measured
     * @param clock tells when a listing is too old
     */
    public SegmentMetrics(ResourceLinkFactory factory, Clock clock) {
        this.factory = factory;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (ResourceKind kind : ResourceKind.values()) {
            gauge(kind, "ipc.segments.live", Figures::live).description("Segments that can be acquired")
                    .register(registry);
            gauge(kind, "ipc.segments.held", Figures::held).description("Segments that have references")
                    .register(registry);
            gauge(kind, "ipc.segments.expired", Figures::expired)
                    .description("Segments whose time to live is over, with or without references").register(registry);
            gauge(kind, "ipc.segments.bytes", Figures::bytes).description("Size of all segments, including headers")
                    .baseUnit(BaseUnits.BYTES).register(registry);
            gauge(kind, "ipc.space.free", Figures::free).description("Space that a new segment may take")
                    .baseUnit(BaseUnits.BYTES).register(registry);
            for (SpaceLimit limit : SpaceLimit.values()) {
                gauge(kind, "ipc.space.limit", figures -> limit.equals(figures.limit()) ? 1 : 0)
                        .tag("limit", limit.label()).description("Whether this limits the space that is free")
                        .register(registry);
            }
            gauge(kind, "ipc.space.total", Figures::total).description("Space of the file system")
                    .baseUnit(BaseUnits.BYTES).register(registry);
        }
        kept(registry, "ipc.space.kept", metrics -> metrics.snapshot().keptBytes(),
                "What this process has published to be kept");
        kept(registry, "ipc.space.kept.bound", metrics -> metrics.factory.keptBound(), "What this process may keep");
    }

    private void kept(MeterRegistry registry, String name, ToDoubleFunction<SegmentMetrics> part,
            String description) {
        Gauge.builder(name, this,
                metrics -> metrics.factory.keptBound() == Long.MAX_VALUE ? Double.NaN : part.applyAsDouble(metrics))
                .baseUnit(BaseUnits.BYTES).description(description).register(registry);
    }

    private Gauge.Builder<SegmentMetrics> gauge(ResourceKind kind, String name, ToDoubleFunction<Figures> figure) {
        return Gauge.builder(name, this, metrics -> figure.applyAsDouble(metrics.figures(kind)))
                .tags(Tags.of("kind", kind.label()));
    }

    private Figures figures(ResourceKind kind) {
        return snapshot().figures().getOrDefault(kind, Figures.of(List.of(), null));
    }

    private synchronized Snapshot snapshot() {
        long now = clock.monotonicTime();
        Snapshot current = snapshot;
        if (current == null || now - current.takenAt() >= SNAPSHOT_NANOS) {
            List<ResourceLinkInfo> segments = factory.list();
            Map<ResourceKind, Figures> figures = new EnumMap<>(ResourceKind.class);
            for (ResourceKind each : ResourceKind.values()) {
                figures.put(each, Figures.of(segments.stream().filter(segment -> segment.kind() == each).toList(),
                        capacity(each)));
            }
            current = new Snapshot(now, figures, factory.keptBytes());
            snapshot = current;
        }
        return current;
    }

    private @Nullable Capacity capacity(ResourceKind kind) {
        try {
            return factory.capacity(kind);
        } catch (IpcException _) {
            return null;
        }
    }

    private record Snapshot(long takenAt, Map<ResourceKind, Figures> figures, long keptBytes) {}

    private record Figures(double live, double held, double expired, double bytes, double free, double total,
            @Nullable SpaceLimit limit) {

        static Figures of(List<ResourceLinkInfo> segments, @Nullable Capacity capacity) {
            Capacity room = capacity == null || capacity.total() == 0 ? null : capacity;
            return new Figures(segments.size(), segments.stream().filter(segment -> segment.refcount() > 0).count(),
                    segments.stream().filter(ResourceLinkInfo::expired).count(),
                    segments.stream().mapToLong(ResourceLinkInfo::size).sum(),
                    bytes(room == null ? Long.MAX_VALUE : room.free()),
                    bytes(room == null ? Long.MAX_VALUE : room.total()),
                    room == null || room.free() == Long.MAX_VALUE ? null : room.limit());
        }

        private static double bytes(long known) {
            return known == Long.MAX_VALUE ? Double.NaN : known;
        }
    }
}
