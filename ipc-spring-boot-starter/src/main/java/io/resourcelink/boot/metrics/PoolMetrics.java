package io.resourcelink.boot.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.resourcelink.SegmentPool;

/**
 * Meters of the segments that a pool keeps, and of their reuse.
 *
 * <ul>
 * <li>{@code ipc.pool.reused}: how often memory was reused
 * <li>{@code ipc.pool.segments}: segments that are kept, tagged with the {@code state}: {@code lent} while they may
 * have references, {@code idle} afterwards
 * <li>{@code ipc.pool.bytes}: size of both
 * </ul>
 */
public final class PoolMetrics implements MeterBinder {

    private final SegmentPool pool;

    /**
     * Creates the meters of a pool.
     *
     * @param pool the pool
     */
    public PoolMetrics(SegmentPool pool) {
        this.pool = pool;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("ipc.pool.reused", pool, each -> each.statistics().reused())
                .description("Segments whose memory was reused").register(registry);
        Gauge.builder("ipc.pool.segments", pool, each -> each.statistics().lent()).tag("state", "lent")
                .description("Segments that are kept for reuse").register(registry);
        Gauge.builder("ipc.pool.segments", pool, each -> each.statistics().idle()).tag("state", "idle")
                .description("Segments that are kept for reuse").register(registry);
        Gauge.builder("ipc.pool.bytes", pool, each -> each.statistics().bytes()).baseUnit(BaseUnits.BYTES)
                .description("Size of the segments that are kept").register(registry);
    }
}
