package io.resourcelink;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread or process brings about, and never for ever. */
public final class Deadline {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Deadline() {}

    /**
     * Waits until something is so, and fails if it never is.
     *
     * @param what what is waited for, in words
     * @param condition whether it is so
     */
    public static void awaitTrue(String what, BooleanSupplier condition) {
        if (!await(PATIENCE, condition)) {
            throw new AssertionError("Not within " + PATIENCE + ": " + what);
        }
    }

    /**
     * Asks again and again until something is so.
     *
     * @param patience how long to ask
     * @param condition whether it is so
     * @return whether it became so in time
     */
    public static boolean await(Duration patience, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > patience.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return true;
    }
}
