package io.resourcelink.boot.claim.http;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the responses that are being sent, up to a bound. Thread-safe. */
final class OpenResponses {

    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean stopped;

    OpenResponses(int most) {
        if (most < 1) {
            throw new IllegalArgumentException(
                    "An origin sends one response or more at a time; asked for " + most + ".");
        }
        this.most = most;
    }

    /** {@return whether another one may begin; then it must {@link #end}} */
    boolean tryBegin() {
        if (stopped) {
            return false;
        }
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    void end() {
        open.decrementAndGet();
    }

    int count() {
        return open.get();
    }

    void stop(boolean stop) {
        stopped = stop;
    }
}
