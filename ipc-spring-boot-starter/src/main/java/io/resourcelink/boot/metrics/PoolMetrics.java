package io.resourcelink.boot.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.resourcelink.SegmentPool;

/**
 * What a pool keeps, and how often that was of use.
 *
 * <ul>
 * <li>{@code ipc.pool.reused}: how often memory was given out again
 * <li>{@code ipc.pool.segments}: what is kept, tagged with the {@code state}: {@code lent} while others may hold it, {@code
 * idle} when nobody does
 * <li>{@code ipc.pool.bytes}: the room that both take
 * </ul>
 */
public final class PoolMetrics implements MeterBinder {

    private final SegmentPool pool;

    /**
     * Makes meters of a pool.
     *
     * @param pool the pool
     */
    public PoolMetrics(SegmentPool pool) {
        this.pool = pool;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("ipc.pool.reused", pool, each -> each.statistics().reused())
                .description("Memory that was given out again").register(registry);
        Gauge.builder("ipc.pool.segments", pool, each -> each.statistics().lent()).tag("state", "lent")
                .description("Segments that are kept to be given out again").register(registry);
        Gauge.builder("ipc.pool.segments", pool, each -> each.statistics().idle()).tag("state", "idle")
                .description("Segments that are kept to be given out again").register(registry);
        Gauge.builder("ipc.pool.bytes", pool, each -> each.statistics().bytes()).baseUnit(BaseUnits.BYTES)
                .description("Size of the segments that are kept").register(registry);
    }
}
