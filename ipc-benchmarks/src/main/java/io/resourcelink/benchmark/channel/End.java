package io.resourcelink.benchmark.channel;

import java.io.IOException;

/** One of two ends of something that carries a workload. The end that was opened first calls, the other one answers. Used by one thread. */
interface End extends AutoCloseable {

    /** Completes the connection, at the end that calls, once the other one is open. */
    default void connect() throws Exception {}

    /** Fills a message, where the workload says so, and sends it. */
    void send() throws Exception;

    /** Receives a message, and reads it, where the workload says so. */
    void receive() throws Exception;

    /** Sends back 64 bytes. */
    void answer() throws Exception;

    /** Receives what the other end has sent back. */
    void receiveAnswer() throws Exception;

    /** Sends many messages, none of which is answered. */
    default void send(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            send();
        }
    }

    @Override
    void close() throws IOException;
}
