package io.resourcelink.internal.store.directory;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for another process or thread to finish work of some microseconds, for a quarter of a second at most. Never breaks a
 * lock: when the time is over, the caller gives up. An interrupt does not end the wait. The thread stays interrupted, and
 * does not spin.
 */
final class Backoff {

    private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private final long deadline = System.nanoTime() + LIMIT_NANOS;
    private long pause = TimeUnit.MICROSECONDS.toNanos(20);

    /** Pauses, each time longer. Returns {@code false} at once if the time is over. */
    boolean pause() {
        if (System.nanoTime() - deadline >= 0) {
            return false;
        }
        boolean interrupted = Thread.interrupted();
        LockSupport.parkNanos(pause);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        return true;
    }
}
