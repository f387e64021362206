package io.resourcelink.benchmark.messaging;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A way that is open, from the side that asks. */
final class Asking {

    private final Way way;
    private final Client client;
    private final List<Client.Caller> callers;
    private final byte[] content = new byte[Workload.PAYLOAD_BYTES];
    private long number;

    /**
     * Has a caller for each thread, and a payload in this process's heap.
     *
     * @param way the way
     * @param client its half, which is closed elsewhere
     */
    Asking(Way way, Client client) {
        this.way = way;
        this.client = client;
        this.callers = IntStream.range(0, Workload.mostThreads()).mapToObj(client::caller).toList();
        new Random(1).nextBytes(content);
    }

    Way way() {
        return way;
    }

    Client client() {
        return client;
    }

    Client.Caller caller(int thread) {
        return callers.get(thread);
    }

    byte[] content() {
        return content;
    }

    /** {@return the number of the next payload} Used by one thread at a time. */
    long next() {
        return ++number;
    }
}
