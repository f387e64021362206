package io.resourcelink.internal.wire;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Readiness;
import io.resourcelink.internal.work.Failures;

/**
 * The descriptors that a channel watches, and the object that each one is for. Thread-safe, but only one thread at a time
 * polls: the leader of {@link Poller}.
 */
final class Watchlist {

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    /** How long tasks are put off. The kernel adds the timer slack of the thread, 50 µs by default, prctl(2). */
    private static final long MOMENT = TimeUnit.MICROSECONDS.toNanos(50);

    /** After so many tries in vain all descriptors are asked for. */
    private static final int TRIES = 7;

    private final Readiness readiness = Readiness.open();
    private final ConcurrentMap<Long, Watched> watched = new ConcurrentHashMap<>();
    private final AtomicLong keys = new AtomicLong();
    private final Failures failures;
    private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
    private volatile boolean asleep;
    private volatile boolean dispatching;
    private volatile long turns;
    private long reported;
    /** The key of the {@link Tryable} that brought what a leader waited for. */
    private @Nullable Long likely;
    private int tries;
    private volatile boolean stopped;

    /** Something that has a descriptor. */
    interface Watched {

        /**
         * The descriptor is ready. Called by the leader. Must not block and must not call a user's code.
         *
         * @param enough whether the leader has what it waits for, so that the rest can wait for the next turn
         */
        void ready(boolean readable, boolean writable, BooleanSupplier enough);
    }

    /** Something that can be read without being told that there is something. */
    interface Tryable extends Watched {

        /**
         * Reads what is there. Called by the leader, in place of {@link #ready} and with the same limits.
         *
         * @return whether something was there
         */
        boolean tryToRead(BooleanSupplier enough);
    }

    /** Something that the leader does before it sleeps. Must be short, and must not wait. */
    interface Task {

        /**
         * Does it, unless it is better done in a moment.
         *
         * @param mayWait whether it can be put off
         * @return whether it is put off
         */
        boolean isPutOff(boolean mayWait);
    }

    /**
     * Begins with an empty list.
     *
     * @param failures told of what goes wrong with single descriptors
     */
    Watchlist(Failures failures) {
        this.failures = failures;
    }

    /** {@return a key for something to be watched, never used again} */
    long newKey() {
        return keys.getAndIncrement();
    }

    /** Watches a descriptor for something to read. */
    void add(OpenFile file, long key, Watched what) {
        watched.put(key, what);
        try {
            readiness.add(file, key);
        } catch (Throwable e) {
            watched.remove(key);
            throw e;
        }
    }

    void change(OpenFile file, long key, boolean reading, boolean writing) {
        readiness.change(file, key, reading, writing);
    }

    /**
     * Ends the watch on a descriptor. To be called before the descriptor is closed; the closing must not fail because of this.
     * What was ready before is not reported any more, unless the leader reports it at this moment.
     */
    void remove(OpenFile file, long key) {
        if (watched.remove(key) != null) {
            try {
                readiness.remove(file);
            } catch (IpcException | IllegalStateException e) {
                // The kernel has forgotten a descriptor that is closed already.
                failures.report("ending the watch on a descriptor", e);
            }
        }
    }

    /**
     * Waits for ready descriptors and reports them. Called by the leader. Does nothing once it is stopped: what it looked at may be
     * freed, by a user's listener that a turn of the same leader has called.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the leader writes it.
    void poll(int timeoutMillis, BooleanSupplier enough) {
        if (stopped) {
            return;
        }
        int ready = ready(timeoutMillis);
        reported += ready;
        dispatching = true;
        try {
            for (int i = 0; i < ready && !stopped; i++) {
                dispatch(i, enough);
            }
        } finally {
            dispatching = false;
            turns++;
        }
    }

    /**
     * The same without a wait, for a leader that looks again and again. Mostly it only tries to read where something is likely: that takes one
     * system call where asking for all and then reading takes two. When something was there, all have their turn in the next look.
     */
    void look(BooleanSupplier enough) {
        Long key = likely;
        if (key != null && tries < TRIES && !hasTasks() && watched.get(key) instanceof Tryable tryable) {
            tries++;
            tryToRead(tryable, enough);
        } else {
            tries = 0;
            poll(0, enough);
        }
    }

    private void tryToRead(Tryable tryable, BooleanSupplier enough) {
        if (stopped) {
            return;
        }
        dispatching = true;
        try {
            if (tryable.tryToRead(enough)) {
                reported++;
                tries = TRIES;
            }
        } catch (Throwable e) {
            failures.report("serving a descriptor", e);
        } finally {
            dispatching = false;
        }
    }

    /** Has the leader run something before it waits, or ends its wait. What the task throws is reported. */
    void runSoon(Task task) {
        tasks.add(task);
        if (asleep) {
            wake();
        }
    }

    /** {@return whether something is to be run} */
    boolean hasTasks() {
        return !tasks.isEmpty();
    }

    /**
     * Runs the tasks that are there now. Those that are added meanwhile, or put off, wait for the next turn, so this always ends.
     *
     * @return whether one was put off
     */
    private boolean runTasks() {
        boolean putOff = false;
        for (int left = tasks.size(); left > 0; left--) {
            putOff |= isPutOff(Objects.requireNonNull(tasks.poll()));
        }
        return putOff;
    }

    private boolean isPutOff(Task task) {
        try {
            boolean putOff = task.isPutOff(true);
            if (putOff) {
                runLater(task);
            }
            return putOff;
        } catch (Throwable e) {
            failures.report("sending what waited", e);
            return false;
        }
    }

    /** Done now after all if there is no heap to put it off. */
    private void runLater(Task task) {
        try {
            tasks.add(task);
        } catch (Throwable e) {
            task.isPutOff(false);
            throw e;
        }
    }

    /** If the system refuses to wait for lack of memory, the next turn tries again. */
    private int ready(int timeoutMillis) {
        if (runTasks() && timeoutMillis != 0) {
            LockSupport.parkNanos(this, MOMENT);
        }
        asleep = timeoutMillis != 0;
        try {
            return readiness.await(hasTasks() ? 0 : timeoutMillis);
        } catch (IpcException e) {
            failures.report("waiting for messages", e);
            LockSupport.parkNanos(this, PAUSE);
            return 0;
        } finally {
            asleep = false;
        }
    }

    /** A failure at one descriptor must not hold up the others, and must not reach the leader, whose call it is not. */
    private void dispatch(int index, BooleanSupplier enough) {
        try {
            Long key = readiness.key(index);
            Watched what = watched.get(key);
            if (what != null) {
                likely = what instanceof Tryable && !enough.getAsBoolean() ? key : likely;
                what.ready(readiness.isReadable(index), readiness.isWritable(index), enough);
            }
        } catch (Throwable e) {
            failures.report("serving a descriptor", e);
        }
    }

    /** {@return how often a descriptor was ready} Called by the leader. */
    long reported() {
        return reported;
    }

    /** {@return how many polls have ended} A try is none. */
    long turns() {
        return turns;
    }

    /** {@return whether a descriptor is ready, or is being reported at this moment} */
    boolean isBusy() {
        return readiness.hasReady() || dispatching;
    }

    /** Ends a wait of {@link #poll}. */
    void wake() {
        readiness.wake();
    }

    /** Has nothing reported any more, after the report of this moment. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    /** Frees everything, after the last poll. */
    void free() {
        readiness.close();
    }
}
