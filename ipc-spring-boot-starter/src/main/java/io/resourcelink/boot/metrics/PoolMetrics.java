package io.resourcelink.boot.metrics;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.segment.RecyclingStatistics;

/**
 * Meters of the published segments that a factory keeps for reuse.
 *
 * <ul>
 * <li>{@code ipc.pool.reused}: how often memory was reused
 * <li>{@code ipc.pool.segments}: segments that are kept, tagged with the {@code state}: {@code lent} while they may
 * have references, {@code idle} afterwards
 * <li>{@code ipc.pool.bytes}: size of both
 * </ul>
 */
public final class PoolMetrics implements MeterBinder {

    private final ResourceLinkFactory factory;

    /**
     * Creates the meters of a factory.
     *
     * @param factory the factory
     */
    public PoolMetrics(ResourceLinkFactory factory) {
        this.factory = factory;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("ipc.pool.reused", factory, value(RecyclingStatistics::reused))
                .description("Segments whose memory was reused").register(registry);
        Gauge.builder("ipc.pool.segments", factory, value(RecyclingStatistics::lent)).tag("state", "lent")
                .description("Segments that are kept for reuse").register(registry);
        Gauge.builder("ipc.pool.segments", factory, value(RecyclingStatistics::idle)).tag("state", "idle")
                .description("Segments that are kept for reuse").register(registry);
        Gauge.builder("ipc.pool.bytes", factory, value(RecyclingStatistics::bytes)).baseUnit(BaseUnits.BYTES)
                .description("Size of the segments that are kept").register(registry);
    }

    private static ToDoubleFunction<ResourceLinkFactory> value(ToDoubleFunction<RecyclingStatistics> part) {
        return factory -> part.applyAsDouble(factory.recycling());
    }
}
