package io.resourcelink.internal.room;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SpaceLimit;

/**
 * One limit, and what it leaves.
 *
 * @param by what limits
 * @param free bytes that a new segment may take, {@link Long#MAX_VALUE} if this does not limit it
 * @param source the directory, or the file that the limit was read from
 */
public record Limit(SpaceLimit by, long free, String source) {

    /** {@return the same limit, with bytes that are given up when room is short} */
    Limit with(long givenUp) {
        return free > Long.MAX_VALUE - givenUp ? this : new Limit(by, free + givenUp, source);
    }

    /** {@return this one, or the other if it leaves less} */
    Limit or(Limit other) {
        return other.free < free ? other : this;
    }

    /**
     * {@return the exception to throw}
     *
     * @param key the segment that was to be made
     * @param requested bytes it needs
     */
    public OutOfSpaceException refuse(String key, long requested) {
        return new OutOfSpaceException(key, requested, free, by, source);
    }
}
