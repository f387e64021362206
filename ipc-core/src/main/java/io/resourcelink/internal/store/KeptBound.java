package io.resourcelink.internal.store;

import java.time.Duration;

/**
 * How much of kept segments a factory leaves behind.
 *
 * @param bytes how many bytes at most, headers included
 * @param timeout how long making another one waits for room
 */
public record KeptBound(long bytes, Duration timeout) {

    public static final KeptBound NONE = new KeptBound(Long.MAX_VALUE, Duration.ZERO);
}
