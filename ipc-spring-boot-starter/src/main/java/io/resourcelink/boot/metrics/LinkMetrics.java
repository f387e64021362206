package io.resourcelink.boot.metrics;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkListener;
import io.resourcelink.error.IpcException;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;
import io.resourcelink.segment.ResourceKind;

/**
 * Counts and times the operations of one factory. The tags have few values, and never contain keys or process ids.
 *
 * <ul>
 * <li>{@code ipc.links.created}, {@code ipc.links.acquired}, {@code ipc.links.released} by {@code kind}: references
 * that were taken with a new segment, taken on an existing segment, and released
 * <li>{@code ipc.links.leaked}: links that were not closed
 * <li>{@code ipc.segments.collected} by {@code kind} and {@code reason}: orphans that a sweep or the watcher removed
 * <li>{@code ipc.failures} by {@code operation} and {@code exception}: operations that ended with an exception; {@code
 * other} is any exception that is not the library's own
 * <li>{@code ipc.create}, {@code ipc.acquire} by {@code kind}, {@code ipc.sweep}: timers of successful operations
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class LinkMetrics implements ResourceLinkListener {

    private final MeterRegistry registry;
    private final Map<ResourceKind, Counter> created;
    private final Map<ResourceKind, Counter> acquired;
    private final Map<ResourceKind, Counter> released;
    private final Map<ResourceKind, Timer> creations;
    private final Map<ResourceKind, Timer> acquisitions;
    private final Timer sweeps;
    private final Counter leaks;

    /**
     * Registers the meters. A meter of failures is registered with the first failure of its kind.
     *
     * @param registry the registry
     */
    public LinkMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.created = counters("ipc.links.created", "Segments created or published");
        this.acquired = counters("ipc.links.acquired",
                "References taken on existing segments, by key or with a link in a message");
        this.released = counters("ipc.links.released", "References released by closing a link");
        this.creations = timers("ipc.create", "Creation of a segment");
        this.acquisitions = timers("ipc.acquire", "Acquisition of a segment");
        this.sweeps = Timer.builder("ipc.sweep").description("Search of all segments for orphans").register(registry);
        this.leaks = Counter.builder("ipc.links.leaked").description("Links that were not closed").register(registry);
        for (ResourceKind kind : ResourceKind.values()) {
            for (Reason reason : Reason.values()) {
                collections(kind, reason);
            }
        }
    }

    private Map<ResourceKind, Counter> counters(String name, String description) {
        return byKind(kind -> Counter.builder(name).description(description).tag("kind", kind.label())
                .register(registry));
    }

    private Map<ResourceKind, Timer> timers(String name, String description) {
        return byKind(kind -> Timer.builder(name).description(description).tag("kind", kind.label())
                .register(registry));
    }

    private static <M> Map<ResourceKind, M> byKind(Function<ResourceKind, M> meter) {
        Map<ResourceKind, M> meters = new EnumMap<>(ResourceKind.class);
        for (ResourceKind kind : ResourceKind.values()) {
            meters.put(kind, meter.apply(kind));
        }
        return meters;
    }

    private Counter collections(ResourceKind kind, Reason reason) {
        return Counter.builder("ipc.segments.collected").description("Orphans removed").tag("kind", kind.label())
                .tag("reason", label(reason)).register(registry);
    }

    @Override
    public void created(String key, ResourceKind kind, long size, Duration took) {
        of(created, kind).increment();
        of(creations, kind).record(took);
    }

    @Override
    public void acquired(String key, ResourceKind kind, long size, Duration took) {
        of(acquired, kind).increment();
        of(acquisitions, kind).record(took);
    }

    @Override
    public void released(String key, ResourceKind kind, long size, Duration took) {
        of(released, kind).increment();
    }

    @Override
    public void failed(Operation operation, @Nullable String key, RuntimeException failure, Duration took) {
        Counter.builder("ipc.failures").description("Operations that ended with an exception")
                .tag("operation", label(operation))
                .tag("exception", failure instanceof IpcException ? failure.getClass().getSimpleName() : "other")
                .register(registry).increment();
    }

    @Override
    public void swept(OrphanReport report, Duration took) {
        sweeps.record(took);
        report.collected().forEach(this::collected);
    }

    @Override
    public void collected(Collected orphan) {
        collections(orphan.kind(), orphan.reason()).increment();
    }

    @Override
    public void leaked(String key, @Nullable Throwable acquired) {
        leaks.increment();
    }

    private static <M> M of(Map<ResourceKind, M> meters, ResourceKind kind) {
        M meter = meters.get(kind);
        if (meter == null) {
            throw new AssertionError(kind);
        }
        return meter;
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
