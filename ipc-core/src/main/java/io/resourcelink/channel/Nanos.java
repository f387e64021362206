package io.resourcelink.channel;

import java.time.Duration;

/** Times to wait, as the JDK's conditions count them. */
final class Nanos {

    private Nanos() {}

    /** A duration in nanoseconds; 292 years and more are for ever. */
    static long of(Duration timeout) {
        try {
            return Math.max(0, timeout.toNanos());
        } catch (ArithmeticException _) {
            return timeout.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }
}
