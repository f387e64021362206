package io.resourcelink.benchmark.messaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A way that is open, from the side that asks.
 *
 * @param way the way
 * @param client its half
 * @param callers one for each thread
 * @param content the payload, in this process's heap
 * @param numbers the number of the last payload
 */
record Asking(Way way, Client client, List<Client.Caller> callers, byte[] content, AtomicLong numbers) {

    static Asking with(Way way, Client client) {
        List<Client.Caller> callers = new ArrayList<>();
        for (int thread = 0; thread < Workload.mostThreads(); thread++) {
            callers.add(client.caller(thread));
        }
        byte[] content = new byte[Workload.PAYLOAD_BYTES];
        new Random(1).nextBytes(content);
        return new Asking(way, client, callers, content, new AtomicLong());
    }

    long next() {
        return numbers.incrementAndGet();
    }
}
