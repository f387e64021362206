package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Until when something is to be done.
 *
 * @param start when it began, as {@link System#nanoTime} counts
 * @param nanos how long it may take; 292 years are for ever
 */
record Deadline(long start, long nanos) {

    static Deadline in(Duration timeout) {
        // Saturates, where Duration.toNanos() throws.
        return new Deadline(System.nanoTime(), TimeUnit.NANOSECONDS.convert(timeout));
    }

    /** {@return what is left in nanoseconds, zero if it is over} */
    long leftNanos() {
        return Math.max(0, nanos - (System.nanoTime() - start));
    }

    /** {@return what is left, zero if it is over} */
    Duration left() {
        return Duration.ofNanos(leftNanos());
    }

    /** {@return what is left, or another time if that is longer} */
    Duration leftOr(Duration least) {
        Duration left = left();
        return left.compareTo(least) < 0 ? least : left;
    }

    boolean isOver() {
        return leftNanos() == 0;
    }

    /** Sleeps, no longer than what is left. */
    void pause(long millis) throws InterruptedException {
        Duration pause = Duration.ofMillis(millis);
        Duration left = left();
        Thread.sleep(pause.compareTo(left) < 0 ? pause : left);
    }
}
