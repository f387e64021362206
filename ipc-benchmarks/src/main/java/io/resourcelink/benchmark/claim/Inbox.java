package io.resourcelink.benchmark.claim;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What listeners have read. Thread-safe. */
final class Inbox {

    private static final int PATIENCE_SECONDS = 60;

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

    /**
     * A payload.
     *
     * @param at when all of it was read, by the clock of all processes of this machine
     * @param sum the checksum of its bytes
     */
    record Received(long at, long sum) {}

    /** Called when a payload was read. */
    void add(long sum) {
        received.add(new Received(System.nanoTime(), sum));
    }

    /** Waits for the next one. */
    Received next() throws InterruptedException {
        Received next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new IllegalStateException("Nothing was received for " + PATIENCE_SECONDS + " s.");
        }
        return next;
    }
}
