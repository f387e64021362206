package io.resourcelink.benchmark.handoff;

import java.io.IOException;

import io.resourcelink.benchmark.Line;

/** A consumer's half of a way. Used by one thread. */
interface Receiver extends AutoCloseable {

    /** {@return what the producer needs to find this half: a port, if anything} */
    default long address() {
        return 0;
    }

    /** Waits until a payload, or the first of it, is here. */
    void await() throws Exception;

    /** {@return the checksum of the payload} Reads one long of each cache line of what is to be read. */
    long read() throws Exception;

    /** Lets go of the payload. Not measured. */
    default void release() throws Exception {}

    /**
     * Gets payloads. Answers each twice: with its checksum and when it had read it, by a clock that all processes of the
     * machine share; and, when it is let go, with the nanoseconds that reading took since its first byte was here.
     *
     * @param count how many
     * @param line where to answer
     */
    default void serve(int count, Line line) throws Exception {
        for (int received = 0; received < count; received++) {
            await();
            long begin = System.nanoTime();
            long sum = read();
            long end = System.nanoTime();
            line.send(sum, end);
            release();
            line.send(0, end - begin);
        }
    }

    @Override
    void close() throws IOException;
}
