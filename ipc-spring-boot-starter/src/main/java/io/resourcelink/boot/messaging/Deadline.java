package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A point in time until which something has to be done.
 *
 * @param start when it began, as {@link System#nanoTime} counts
 * @param nanos how long it may take; 292 years count as unlimited
 */
record Deadline(long start, long nanos) {

    static Deadline in(Duration timeout) {
        // Saturates, where Duration.toNanos() throws.
        return new Deadline(System.nanoTime(), TimeUnit.NANOSECONDS.convert(timeout));
    }

    /** {@return the remaining time in nanoseconds, zero if it is over} */
    long leftNanos() {
        return Math.max(0, nanos - (System.nanoTime() - start));
    }

    /** {@return the remaining time, zero if it is over} */
    Duration left() {
        return Duration.ofNanos(leftNanos());
    }

    /** {@return the remaining time, or the given time if that is longer} */
    Duration leftOr(Duration least) {
        Duration left = left();
        return left.compareTo(least) < 0 ? least : left;
    }

    /** {@return the remaining time, or the given time if that is shorter} */
    Duration leftAtMost(Duration most) {
        Duration left = left();
        return left.compareTo(most) < 0 ? left : most;
    }

    boolean isOver() {
        return leftNanos() == 0;
    }

    /** {@return the time that is over, at most all of it, as people read it: {@code 5 s} or {@code 50 ms}} */
    String waited() {
        return text(Duration.ofNanos(Math.min(nanos, System.nanoTime() - start)));
    }

    /** {@return a time as people read it} */
    static String text(Duration time) {
        long millis = TimeUnit.MILLISECONDS.convert(time);
        return millis < 1000 || (millis % 1000 != 0 && millis < 10_000) ? millis + " ms" : millis / 1000 + " s";
    }

    /** Sleeps for the given time, but not longer than the remaining time. */
    void pause(long millis) throws InterruptedException {
        Duration pause = Duration.ofMillis(millis);
        Duration left = left();
        Thread.sleep(pause.compareTo(left) < 0 ? pause : left);
    }
}
