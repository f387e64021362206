package io.resourcelink.benchmark.notification;

import java.io.IOException;

/** One end of something that carries numbers between two processes. Used by one thread. */
interface Signal extends AutoCloseable {

    /** Waits for the other end, once that was told to open. */
    default void connect() throws IOException, InterruptedException {}

    void send(long number) throws IOException, InterruptedException;

    /** Waits for the next number. */
    long receive() throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
