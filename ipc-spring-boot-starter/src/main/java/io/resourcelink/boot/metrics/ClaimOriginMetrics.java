package io.resourcelink.boot.metrics;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.resourcelink.boot.claim.http.ClaimOrigin;
import io.resourcelink.boot.claim.http.ClaimOriginStatistics;

/**
 * Meters of the origin that gives out the payloads of claims. Reading a meter makes no system call.
 *
 * <ul>
 * <li>{@code ipc.claim.origin.requests} by {@code outcome}: requests that were {@code served}, {@code refused} because they were not
 * signed as needed, asked for what is {@code missing} or gone, or found the origin {@code busy}
 * <li>{@code ipc.claim.origin.bytes}: bytes of payloads that were sent
 * <li>{@code ipc.claim.origin.responses}: responses that are being sent
 * </ul>
 */
public final class ClaimOriginMetrics implements MeterBinder {

    private final ClaimOrigin origin;

    /**
     * Creates the meters of an origin.
     *
     * @param origin the origin
     */
    public ClaimOriginMetrics(ClaimOrigin origin) {
        this.origin = origin;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        requests(registry, "served", ClaimOriginStatistics::served);
        requests(registry, "refused", ClaimOriginStatistics::refused);
        requests(registry, "missing", ClaimOriginStatistics::missing);
        requests(registry, "busy", ClaimOriginStatistics::busy);
        FunctionCounter.builder("ipc.claim.origin.bytes", origin, value(ClaimOriginStatistics::bytes))
                .description("Bytes of payloads that were sent to other hosts").baseUnit(BaseUnits.BYTES)
                .register(registry);
        Gauge.builder("ipc.claim.origin.responses", origin, value(ClaimOriginStatistics::open))
                .description("Responses that are being sent").register(registry);
    }

    private void requests(MeterRegistry registry, String outcome, ToDoubleFunction<ClaimOriginStatistics> part) {
        FunctionCounter.builder("ipc.claim.origin.requests", origin, value(part))
                .description("Requests of other hosts that were answered").tag("outcome", outcome).register(registry);
    }

    private static ToDoubleFunction<ClaimOrigin> value(ToDoubleFunction<ClaimOriginStatistics> part) {
        return origin -> part.applyAsDouble(origin.statistics());
    }
}
