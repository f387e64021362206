package io.resourcelink.benchmark.messaging;

/** The half of a way that answers, from when it was opened until it is closed. */
interface Server extends AutoCloseable {

    /** {@return what a client needs to find this half: a port, if anything} */
    default long address() {
        return 0;
    }

    @Override
    void close();
}
