package io.resourcelink.boot.messaging;

import java.time.Duration;

/** Until when something is to be done. */
record Deadline(long start, Duration timeout) {

    static Deadline in(Duration timeout) {
        return new Deadline(System.nanoTime(), timeout);
    }

    /** {@return what is left, zero if it is over} */
    Duration left() {
        Duration left = timeout.minusNanos(System.nanoTime() - start);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** {@return what is left, or another time if that is longer} */
    Duration leftOr(Duration least) {
        Duration left = left();
        return left.compareTo(least) < 0 ? least : left;
    }

    boolean isOver() {
        return left().isZero();
    }

    /** Sleeps, no longer than what is left. */
    void pause(long millis) throws InterruptedException {
        Duration pause = Duration.ofMillis(millis);
        Duration left = left();
        Thread.sleep(pause.compareTo(left) < 0 ? pause : left);
    }
}
