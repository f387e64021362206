package io.resourcelink.benchmark.messaging;

/** The half of a way that asks. */
interface Client extends AutoCloseable {

    /** Asks from one thread. */
    @FunctionalInterface
    interface Caller {

        /** Sends a record, and waits for the record that comes back. */
        Reading ask(Reading reading) throws Exception;
    }

    /**
     * {@return what one thread asks with}
     *
     * @param thread the thread's number
     */
    Caller caller(int thread);

    /**
     * Sends a large payload from an array, and waits until the other half has read it.
     *
     * @param content the payload
     * @param number differs in each call
     * @return the checksum that the other half has computed
     */
    long hand(byte[] content, long number) throws Exception;

    @Override
    void close();
}
