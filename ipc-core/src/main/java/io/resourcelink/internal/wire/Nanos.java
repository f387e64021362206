package io.resourcelink.internal.wire;

import java.time.Duration;

/** Time limits in nanoseconds. {@link Long#MAX_VALUE} means no limit. */
public final class Nanos {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Nanos() {}

    /** {@return a duration in nanoseconds, no limit if it is 292 years or more, 0 if it is negative} */
    public static long of(Duration timeout) {
        // Asked for every message, so that no exception may be made of an overflow.
        if (timeout.compareTo(LONGEST) >= 0) {
            return Long.MAX_VALUE;
        }
        return timeout.isNegative() ? 0 : timeout.toNanos();
    }

    /**
     * Computes how much of a time limit is left.
     *
     * @param start when it began, as {@link System#nanoTime} told
     * @param nanos the whole limit
     * @return the rest, 0 or less if the time is over
     */
    public static long left(long start, long nanos) {
        return nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - start);
    }

    /**
     * Adds to an age.
     *
     * @param age the age at a moment
     * @param since that moment, as {@link System#nanoTime} told
     * @return the age now; {@link Long#MAX_VALUE} if it is larger, because a peer may say any age
     */
    static long age(long age, long since) {
        long sum = age + (System.nanoTime() - since);
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
