package io.resourcelink.boot.claim.http;

import java.util.concurrent.atomic.LongAdder;

import org.springframework.http.HttpStatus;

/** Counts the answers of an origin. Thread-safe. */
final class OriginCounts {

    private final LongAdder served = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder missing = new LongAdder();
    private final LongAdder busy = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    void answered(int status) {
        of(status).increment();
    }

    private LongAdder of(int status) {
        HttpStatus known = HttpStatus.resolve(status);
        return switch (known) {
            case UNAUTHORIZED, METHOD_NOT_ALLOWED -> refused;
            case NOT_FOUND, GONE, REQUESTED_RANGE_NOT_SATISFIABLE -> missing;
            case SERVICE_UNAVAILABLE -> busy;
            case null, default -> served;
        };
    }

    void sent(int count) {
        bytes.add(count);
    }

    ClaimOriginStatistics statistics(int open) {
        return new ClaimOriginStatistics(open, served.sum(), refused.sum(), missing.sum(), busy.sum(), bytes.sum());
    }
}
