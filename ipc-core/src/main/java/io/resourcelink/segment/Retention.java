package io.resourcelink.segment;

import java.time.Duration;
import java.util.Objects;

/**
 * How much unused memory is kept for later use. There are three limits: a number of pieces, a number of bytes, and a
 * time. The limit that is reached first counts.
 *
 * @param count how many pieces, zero or more
 * @param bytes how many bytes all of them together have, zero or more; the headers of segments do not count, so 512 MiB have
 * room for two payloads of 256 MiB
 * @param time how long each is kept since it was last used, not negative
 */
public record Retention(int count, long bytes, Duration time) {

    /** Bytes of a segment's header, as its format fixes them. */
    private static final int HEADER = 64;

    /** Nothing is kept. */
    public static final Retention NONE = new Retention(0, 0, Duration.ZERO);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public Retention {
        Objects.requireNonNull(time, "time");
        if (count < 0 || bytes < 0 || time.isNegative()) {
            throw new IllegalArgumentException("What is kept is zero or more: " + count + " pieces, " + bytes
                    + " bytes, for " + time + ".");
        }
    }

    /**
     * {@return the same, with fewer bytes if these are more than a limit}
     *
     * @param limit the most bytes
     */
    public Retention atMost(long limit) {
        return limit < bytes ? new Retention(count, limit, time) : this;
    }

    /**
     * {@return whether this many pieces and bytes may be kept}
     *
     * @param pieces how many pieces
     * @param total how many bytes all of them together have, with their headers
     */
    public boolean allows(int pieces, long total) {
        return pieces <= count && total - (long) pieces * HEADER <= bytes;
    }

    /**
     * {@return whether the time of a piece is over}
     *
     * @param sinceNanos when it was last used, as {@link System#nanoTime}
     * @param nowNanos the time now, as {@link System#nanoTime}
     */
    public boolean isOver(long sinceNanos, long nowNanos) {
        return Duration.ofNanos(nowNanos - sinceNanos).compareTo(time) >= 0;
    }
}
