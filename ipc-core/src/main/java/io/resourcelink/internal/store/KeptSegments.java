package io.resourcelink.internal.store;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Worker;
import io.resourcelink.segment.ResourceKind;

/*
 *   note ----> queue, ordered by when the time to live is over ---due---> collect ----it was renewed: note again----> queue
 *
 * The queue decides nothing. It only says when to look. The collector then takes its usual steps: it asks the kernel whether
 * a process holds the segment, and reads from the header whether its time is over. If the segment was renewed meanwhile, it
 * stays, and the collector notes it again with its new time. If a process holds the segment, it leaves the queue. The factory
 * that releases it last notes it again.
 *
 * The thread runs while the queue has entries and for a second after the last of them. It waits for the first of them, at
 * most LONGEST_NANOS: the JVM's clock stops while the machine sleeps, but times to live go on.
 *
 * The monitor guards the queue and the reference to the worker. Code inside it never waits, and takes no other lock than the
 * worker's own.
 */

/**
 * Kept segments that this factory has seen without a holder, and the thread that has each of them collected when its
 * time to live is over. Bounded: beyond {@link #MOST}, the segments that live longest are left to the next sweep.
 * Thread-safe.
 */
final class KeptSegments implements KeptNotes {

    /** About 15 MB at worst. */
    static final int MOST = 100_000;

    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final Failures failures;
    private final Collecting collecting;
    private final long begin = System.nanoTime();
    private final Map<Place, Kept> places = new HashMap<>();
    private final TreeSet<Kept> queue = new TreeSet<>(
            Comparator.comparingLong(Kept::dueNanos).thenComparingLong(Kept::number));
    private long number;
    private @Nullable Worker worker;
    private boolean closed;

    /** Collects a segment if its time is over and no process holds it. */
    interface Collecting {

        /** Checks the segment of a key, unless it is another segment than the one of this nonce. */
        void collect(ResourceKind kind, String key, long nonce);
    }

    private record Place(ResourceKind kind, String key) {}

    /**
     * @param dueNanos time since {@link #begin}
     * @param number tells entries with the same time apart
     */
    private record Kept(Place place, long nonce, long dueNanos, long number) {}

    /**
     * Makes an empty queue without a thread.
     *
     * @param name name of the thread
     * @param failures receives the failures of the thread
     * @param collecting called by the thread
     */
    KeptSegments(String name, Failures failures, Collecting collecting) {
        this.name = name;
        this.failures = failures;
        this.collecting = collecting;
    }

    /** Never throws. The next sweep handles what could not be noted. */
    @Override
    public void note(String key, SegmentHeader header, SegmentClock clock) {
        if (header.ttl() == null) {
            return;
        }
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(header.millisToExpiry(clock));
            add(new Place(header.kind(), key), header.nonce(), Math.min(left, LONGEST_NANOS));
        } catch (Throwable e) {
            failures.report("noting when \"" + key + "\" is to be collected", e);
        }
    }

    private synchronized void add(Place place, long nonce, long nanos) {
        long due = now() + nanos;
        Kept known = places.get(place);
        if (closed || (known != null && known.nonce() == nonce && known.dueNanos() <= due)) {
            return;
        }
        if (known != null) {
            remove(known);
        }
        Kept kept = new Kept(place, nonce, due, number++);
        queue.add(kept);
        places.put(place, kept);
        if (queue.size() > MOST) {
            remove(queue.last());
        }
        if (kept.equals(queue.first()) || worker == null || !worker.isAlive()) {
            wake();
        }
    }

    private void remove(Kept kept) {
        queue.remove(kept);
        places.remove(kept.place(), kept);
    }

    private void wake() {
        Worker present = worker;
        if (present == null || present.isStopped()) {
            present = new Worker(
                    Thread.ofPlatform().daemon().name(name).inheritInheritableThreadLocals(false).factory(),
                    failures, this::step, () -> {});
            worker = present;
        }
        present.wake();
    }

    /** Nanoseconds since this queue began, so that times can be compared. */
    private long now() {
        return System.nanoTime() - begin;
    }

    private void step() {
        Kept due = poll();
        if (due != null) {
            collecting.collect(due.place().kind(), due.place().key(), due.nonce());
            return;
        }
        long nanos = nanosToNext();
        if (nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        } else if (nanos < 0) {
            LockSupport.parkNanos(this, IDLE_NANOS);
            endIfIdle();
        }
    }

    private synchronized @Nullable Kept poll() {
        if (queue.isEmpty() || queue.first().dueNanos() > now()) {
            return null;
        }
        Kept due = queue.first();
        remove(due);
        return due;
    }

    /** Negative if there is none. */
    private synchronized long nanosToNext() {
        return queue.isEmpty() ? -1 : Math.max(0, queue.first().dueNanos() - now());
    }

    private synchronized void endIfIdle() {
        if (queue.isEmpty() && worker != null) {
            worker.stop();
            worker = null;
        }
    }

    /** {@return how many segments it will check} */
    synchronized int size() {
        return queue.size();
    }

    /** {@return whether its thread runs} */
    synchronized boolean isRunning() {
        return worker != null && worker.isAlive();
    }

    /**
     * Ends the thread. Nothing is noted any more.
     *
     * @param nanos how long to wait at most for the thread, which may be calling a listener
     */
    void close(long nanos) {
        Worker running;
        synchronized (this) {
            closed = true;
            queue.clear();
            places.clear();
            running = worker;
        }
        if (running != null) {
            running.stop();
            running.awaitEnd(nanos);
        }
    }
}
