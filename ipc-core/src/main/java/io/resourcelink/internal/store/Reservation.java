package io.resourcelink.internal.store;

/** The right to make the segment of a key. Used by one thread. */
public interface Reservation extends AutoCloseable {

    /** Gives the right back. Works even if the store was closed. A second call does nothing. */
    @Override
    void close();
}
