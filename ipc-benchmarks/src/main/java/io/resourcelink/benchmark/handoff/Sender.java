package io.resourcelink.benchmark.handoff;

import java.io.IOException;
import java.util.List;

import io.resourcelink.benchmark.Line;

/** The producer's half of a way. Used by one thread. */
interface Sender extends AutoCloseable {

    /** {@return what consumers need to find this half: a port, if anything} */
    default long address() throws IOException {
        return 0;
    }

    /**
     * Completes the connections, once every consumer's half is open.
     *
     * @param addresses what the consumers' halves say about themselves
     */
    default void connect(List<Long> addresses) throws Exception {}

    /**
     * Hands over one payload. This is measured, until every consumer has answered.
     *
     * @param source the payload, in the heap
     * @param sequence its number
     * @param lines to the consumers, for ways that need to tell them
     */
    void send(byte[] source, long sequence, List<Line> lines) throws Exception;

    /** Tidies up after a payload that every consumer has read. Not measured. */
    default void release() throws Exception {}

    @Override
    void close() throws IOException;
}
