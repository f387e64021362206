package io.resourcelink.benchmark.messaging;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

import io.resourcelink.benchmark.handoff.Checksum;

/** What is asked, again and again. */
enum Workload {

    /** A small record there and back, from one thread. */
    RECORD("a small record", 1),

    /** The same from several threads at once, each as fast as it can. */
    RECORDS("a small record, 8 threads", 8),

    /** A payload that is filled each time, and read by the other side. */
    PAYLOAD("8 MiB", 1);

    static final int PAYLOAD_BYTES = 8 << 20;

    private final String label;
    private final int threads;

    Workload(String label, int threads) {
        this.label = label;
        this.threads = threads;
    }

    /** {@return the subject in the results} */
    String label() {
        return label;
    }

    /** {@return the most threads of any workload} */
    static int mostThreads() {
        return Arrays.stream(values()).mapToInt(workload -> workload.threads).max().orElseThrow();
    }

    /**
     * What a session took.
     *
     * @param median half of the requests took less, in microseconds
     * @param slow 99 of 100 requests took less, in microseconds
     * @param rate requests a second, of all threads together
     */
    record Times(double median, double slow, double rate) {}

    /**
     * Asks with all of the workload's threads.
     *
     * @param asking what asks
     * @param threads runs as many threads at once
     * @param count how many requests each thread sends
     */
    Times run(Asking asking, ExecutorService threads, int count) throws Exception {
        List<Future<long[]>> sessions = new ArrayList<>();
        long begin = System.nanoTime();
        for (int thread = 0; thread < this.threads; thread++) {
            int number = thread;
            sessions.add(threads.submit(() -> this == PAYLOAD ? hand(asking, count) : ask(asking, number, count)));
        }
        long[] all = {};
        for (Future<long[]> session : sessions) {
            long[] nanos = session.get();
            int before = all.length;
            all = Arrays.copyOf(all, before + nanos.length);
            System.arraycopy(nanos, 0, all, before, nanos.length);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Arrays.sort(all);
        return new Times(all[all.length / 2] / 1e3, all[all.length * 99 / 100] / 1e3, all.length / seconds);
    }

    private static long[] ask(Asking asking, int thread, int count) throws Exception {
        Client.Caller caller = asking.caller(thread);
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            Reading reading = Reading.number(i);
            long begin = System.nanoTime();
            Reading reply = caller.ask(reading);
            nanos[i] = System.nanoTime() - begin;
            if (!reply.equals(reading)) {
                throw new IllegalStateException("Another record came back: " + reply);
            }
        }
        return nanos;
    }

    private static long[] hand(Asking asking, int count) throws Exception {
        byte[] content = asking.content();
        long expected = Checksum.of(content, content.length);
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long number = asking.next();
            expected += Checksum.stamp(content, number);
            long begin = System.nanoTime();
            long sum = asking.client().hand(content, number);
            nanos[i] = System.nanoTime() - begin;
            if (sum != expected) {
                throw new IllegalStateException("The other process has read other bytes than were sent.");
            }
        }
        return nanos;
    }
}
