package io.resourcelink.boot.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.resourcelink.boot.claim.http.HttpClaimFetcher;

/**
 * Meters of what fetches the payloads of other hosts. Reading a meter makes no system call.
 *
 * <ul>
 * <li>{@code ipc.claim.fetch.bytes}: bytes that were fetched, also by fetches that failed later
 * <li>{@code ipc.claim.fetch.running}: fetches that are under way
 * </ul>
 */
public final class ClaimFetchMetrics implements MeterBinder {

    private final HttpClaimFetcher fetcher;

    /**
     * Creates the meters of a fetcher.
     *
     * @param fetcher the fetcher
     */
    public ClaimFetchMetrics(HttpClaimFetcher fetcher) {
        this.fetcher = fetcher;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("ipc.claim.fetch.bytes", fetcher, one -> one.statistics().bytes())
                .description("Bytes that were fetched from other hosts").baseUnit(BaseUnits.BYTES).register(registry);
        Gauge.builder("ipc.claim.fetch.running", fetcher, one -> one.statistics().running())
                .description("Fetches that are under way").register(registry);
    }
}
