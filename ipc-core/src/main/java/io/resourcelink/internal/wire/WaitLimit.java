package io.resourcelink.internal.wire;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * How long one call waits, wherever it waits: until its time is over, and not longer than the end that it was made on is open.
 *
 * @param start when its time began, by {@link System#nanoTime}
 * @param nanos its time, {@link Long#MAX_VALUE} for no limit
 * @param end the end, {@code null} if there is none
 */
public record WaitLimit(long start, long nanos, @Nullable SharedEnd end) {

    /** {@return a limit of time only, from now on} */
    static WaitLimit of(long nanos) {
        return new WaitLimit(System.nanoTime(), nanos, null);
    }

    /** {@return whether the time is over} */
    boolean isOver() {
        return Nanos.left(start, nanos) <= 0;
    }

    /** {@return the same limit, but at most so long from now on} */
    WaitLimit atMost(long most) {
        return new WaitLimit(System.nanoTime(), Math.min(most, Math.max(0, Nanos.left(start, nanos))), end);
    }

    /**
     * Waits until a condition holds; see {@link Poller#await}.
     *
     * @return whether the condition holds; {@code false} if the time is over
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException if the end is closed
     */
    boolean await(Poller poller, Lock lock, Condition changed, BooleanSupplier ready) throws InterruptedException {
        long left = Nanos.left(start, nanos);
        if (left <= 0) {
            return false;
        }
        return end == null
                ? poller.await(lock, changed, ready, left)
                : end.await(poller, lock, changed, ready, left);
    }
}
