package io.resourcelink;

import java.lang.foreign.MemorySegment;

/**
 * Fills the payload of a segment before any other process or thread can see it.
 *
 * @param <X> the checked exception that it may throw
 */
@FunctionalInterface
public interface PayloadWriter<X extends Exception> {

    /**
     * Writes the payload. If it throws, nothing is published and nothing is left behind.
     *
     * @param payload the whole payload, for writing until this method returns; zero at first, except with {@link
     * Content#overwriting}, where it contains arbitrary bytes
     * @throws X if the payload cannot be written
     */
    void write(MemorySegment payload) throws X;
}
