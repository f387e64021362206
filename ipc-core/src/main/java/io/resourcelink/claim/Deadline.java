package io.resourcelink.claim;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** When a wait is over. A time-out of any length is allowed. */
final class Deadline {

    private final Duration timeout;
    private final long longest;
    private final long begin = System.nanoTime();

    Deadline(Duration timeout) {
        this.timeout = timeout;
        this.longest = TimeUnit.NANOSECONDS.convert(timeout);
    }

    Duration timeout() {
        return timeout;
    }

    /** Zero or less if it is over. */
    long nanosLeft() {
        return longest - (System.nanoTime() - begin);
    }

    boolean isOver() {
        return nanosLeft() <= 0;
    }
}
