package io.resourcelink.benchmark.handoff;

import io.resourcelink.benchmark.Line;

/** A way to hand payloads from one process to others. */
interface Way {

    /** {@return a short name, for results and for choosing} */
    String name();

    /** {@return what a table says} */
    String label();

    /** {@return whether the same payload is sent again each time} Its checksum stays the same then. */
    default boolean repeats() {
        return false;
    }

    /**
     * {@return how many payloads go before those that are measured}
     *
     * @param measured how many are measured
     */
    default int warmUps(int measured) {
        return Math.max(1, measured / 3);
    }

    /** {@return whether it needs a directory on huge pages} */
    default boolean onHugePages() {
        return false;
    }

    /**
     * Opens the producer's half. Opened before the consumers'.
     *
     * @param session what is to be handed over
     */
    Sender sender(Session session) throws Exception;

    /**
     * Opens a consumer's half.
     *
     * @param session what is to be handed over
     * @param line to the producer
     */
    Receiver receiver(Session session, Line line) throws Exception;
}
