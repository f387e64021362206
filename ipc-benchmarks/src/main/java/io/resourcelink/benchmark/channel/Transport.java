package io.resourcelink.benchmark.channel;

import java.io.IOException;
import java.util.Arrays;

/** One of two ends of something that carries workloads. Used by one thread. */
interface Transport extends AutoCloseable {

    void send(Workload workload) throws IOException, InterruptedException;

    void receive(Workload workload) throws IOException, InterruptedException;

    /** Sends back 64 bytes, as a record if that came. */
    void answer(Workload workload) throws IOException, InterruptedException;

    void receiveAnswer(Workload workload) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;

    /** The other end's part: receives messages and answers each, or the last one alone. */
    default void serve(Workload workload, int count, boolean each) throws IOException, InterruptedException {
        for (int i = 1; i <= count; i++) {
            receive(workload);
            if (each || i == count) {
                answer(workload);
            }
        }
    }

    /** Answers the round-trip times in nanoseconds, in ascending order. */
    default long[] roundTrips(Workload workload, int count) throws IOException, InterruptedException {
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            send(workload);
            receiveAnswer(workload);
            times[i] = System.nanoTime() - start;
        }
        Arrays.sort(times);
        return times;
    }

    /** Answers how many messages a second go one way. */
    default double rate(Workload workload, int count) throws IOException, InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            send(workload);
        }
        receiveAnswer(workload);
        return count * 1e9 / (System.nanoTime() - start);
    }
}
