package io.resourcelink.benchmark.channel;

import java.util.Arrays;
import java.util.OptionalLong;

import io.resourcelink.benchmark.Figures;
import io.resourcelink.benchmark.Processes;
import io.resourcelink.benchmark.ScratchDirectory;
import io.resourcelink.benchmark.SystemCalls;
import io.resourcelink.benchmark.WakeUps;

/**
 * Messages of one workload in one way: first some that do not count, then some there and back, one after the other, then some one
 * way. Many of the small ones go one way, so that the moment in which both sides begin counts little.
 *
 * @param peer the other process
 * @param way the way
 * @param workload what is sent
 * @param most how many messages of each kind, if they can go in this way
 */
record Session(Peer peer, Way way, Workload workload, Peer.Counts most) {

    private static final int NANOS_PER_MICRO = 1000;

    private Peer.Counts counts() {
        return new Peer.Counts(most.warmUps(), way.returns() ? most.answered() : 0,
                way.streams() ? most.streamed() : 0);
    }

    private interface Use {
        void of(End end) throws Exception;
    }

    private Peer.Allocated use(ScratchDirectory directory, Use use) throws Exception {
        try (End end = way.call(directory.path(), workload)) {
            peer.open(way, workload, counts(), directory.path());
            end.connect();
            roundTrips(end, counts().warmUps());
            use.of(end);
            // Closed only when the other end is.
            return peer.finish();
        }
    }

    /** Measures times, wake-ups and what is allocated, per message and of both processes together. */
    void measure(ScratchDirectory directory, Figures figures) throws Exception {
        long[] own = new long[2];
        Peer.Allocated others = use(directory, end -> {
            if (way.returns()) {
                own[0] = returned(end, figures);
            }
            if (way.streams()) {
                own[1] = streamed(end, figures);
            }
        });
        if (way.returns()) {
            add(figures, Caller.BYTES, own[0] + others.answered(), most.answered());
        }
        if (way.streams()) {
            add(figures, Caller.BYTES_ONE_WAY, own[1] + others.streamed(), most.streamed());
        }
    }

    private long returned(End end, Figures figures) throws Exception {
        int count = most.answered();
        WakeUps wakeUps = WakeUps.of(peer.both());
        long allocated = Processes.allocatedBytes();
        long[] nanos = roundTrips(end, count);
        allocated = Processes.allocatedBytes() - allocated;
        add(figures, Caller.WAKE_UPS, WakeUps.of(peer.both()).since(wakeUps), count);
        Arrays.sort(nanos);
        figures.add(workload.label(), way.name(), "us", (double) nanos[count / 2] / NANOS_PER_MICRO);
        figures.add(workload.label(), way.name(), "us, 99 %", (double) nanos[count * 99 / 100] / NANOS_PER_MICRO);
        return allocated;
    }

    private long streamed(End end, Figures figures) throws Exception {
        WakeUps wakeUps = WakeUps.of(peer.both());
        long allocated = Processes.allocatedBytes();
        long begin = System.nanoTime();
        stream(end);
        double seconds = (System.nanoTime() - begin) / 1e9;
        allocated = Processes.allocatedBytes() - allocated;
        add(figures, Caller.WAKE_UPS_ONE_WAY, WakeUps.of(peer.both()).since(wakeUps), most.streamed());
        figures.add(workload.label(), way.name(), Caller.RATE, most.streamed() / seconds);
        return allocated;
    }

    static long[] roundTrips(End end, int count) throws Exception {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            end.send();
            end.receiveAnswer();
            nanos[i] = System.nanoTime() - begin;
        }
        return nanos;
    }

    /** Until the other end has the last message. */
    private void stream(End end) throws Exception {
        end.send(most.streamed());
        end.receiveAnswer();
    }

    /** Counts the system calls of both processes. This slows them down, so nothing else is measured meanwhile. */
    void countSystemCalls(ScratchDirectory directory, Figures figures) throws Exception {
        use(directory, end -> {
            if (way.returns()) {
                add(figures, Caller.SYSTEM_CALLS,
                        SystemCalls.during(peer.both(), () -> roundTrips(end, most.answered())), most.answered());
            }
            if (way.streams()) {
                add(figures, Caller.SYSTEM_CALLS_ONE_WAY, SystemCalls.during(peer.both(), () -> stream(end)),
                        most.streamed());
            }
        });
    }

    private void add(Figures figures, String unit, OptionalLong total, int count) {
        total.ifPresent(number -> add(figures, unit, number, count));
    }

    private void add(Figures figures, String unit, long total, int count) {
        figures.add(workload.label(), way.name(), unit, (double) total / count);
    }
}
