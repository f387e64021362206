package io.resourcelink.boot.collector;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Reason;
import io.resourcelink.segment.OrphanReport;

/**
 * What an {@link OrphanCollector} has done so far. A snapshot.
 *
 * @param runs number of collections since the application started, including failed ones
 * @param lastRun time at which the last collection began, or {@code null} if there was none yet
 * @param lastDuration duration of the last collection, or {@code null} if there was none yet
 * @param lastCollected number of segments that the last collection removed, 0 if it failed
 * @param lastSkipped number of segments and files that the last collection did not remove, 0 if it failed
 * @param lastFailure why the last collection failed, or {@code null} if it succeeded
 * @param collectedTotal number of segments that all collections removed
 * @param bytesTotal number of bytes that all collections freed, including headers
 */
public record CollectorStatus(long runs, @Nullable Instant lastRun, @Nullable Duration lastDuration, int lastCollected,
        int lastSkipped, @Nullable String lastFailure, long collectedTotal, long bytesTotal) {

    static final CollectorStatus NEVER_RUN = new CollectorStatus(0, null, null, 0, 0, null, 0, 0);

    CollectorStatus succeeded(Instant start, Duration duration, OrphanReport report) {
        int collected = report.collected().size();
        return new CollectorStatus(runs + 1, start, duration, collected, report.skipped().size(), null,
                collectedTotal + collected, bytesTotal + report.bytes());
    }

    CollectorStatus failed(Instant start, Duration duration, Throwable failure) {
        return new CollectorStatus(runs + 1, start, duration, 0, 0, Reason.of(failure), collectedTotal, bytesTotal);
    }
}
