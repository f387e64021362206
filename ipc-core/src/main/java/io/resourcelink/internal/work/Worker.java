package io.resourcelink.internal.work;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/*
 *   new --start--> running --stop--> stopped
 *                  |     ^
 *     thread ends  v     |  ensureAlive: another thread
 *                  (none)
 *
 * The loop's try block surrounds the call of the step alone, and nothing in the loop allocates. So an OutOfMemoryError does not
 * end the loop. The JVM can still end a thread: it was created and could not be started, or its stack overflows in the handler
 * itself. So every caller that needs the worker calls ensureAlive, which is one look when there is nothing to do.
 *
 * The end step runs once, after the last step, on the thread that ran it; or in stop, if there is no thread. It closes what the
 * steps use. No other code may close that, because a step that hangs in a user's code could still use it.
 */

/**
 * A thread that runs a step again and again until its owner stops it. If the step throws anything, that is reported to {@link
 * Failures}, and the next step follows. Thread-safe.
 *
 * <p>Stopping never waits longer than the owner allows, and works from the worker's own thread.
 */
public final class Worker {

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ThreadFactory threads;
    private final Failures failures;
    private final Step step;
    private final Step end;
    private volatile @Nullable Thread thread;
    private volatile boolean stopped;
    private boolean ended;

    /** Work that may throw anything. */
    @FunctionalInterface
    public interface Step {

        /**
         * Does the work once.
         *
         * @throws Throwable anything
         */
        void run() throws Throwable;
    }

    /**
     * Creates a worker without a thread.
     *
     * @param threads makes its thread, and another one in place of a thread that has ended
     * @param failures gets what the steps throw
     * @param step waits for its work and does it; returns soon when the owner wakes it after {@link #stop}
     * @param end run once after the last step, to close what the steps use
     */
    public Worker(ThreadFactory threads, Failures failures, Step step, Step end) {
        this.threads = threads;
        this.failures = failures;
        this.step = step;
        this.end = end;
    }

    /**
     * Starts the thread, unless it runs or the worker was stopped.
     *
     * @throws OutOfMemoryError if the system has no room for another thread; {@link #ensureAlive} tries again
     */
    public void start() {
        synchronized (this) {
            if (!stopped && !isAlive()) {
                Thread fresh = threads.newThread(this::run);
                fresh.start();
                thread = fresh;
            }
        }
    }

    /** Replaces a thread that has ended. Never throws: what goes wrong is reported, and the next call tries again. */
    public void ensureAlive() {
        if (!stopped && !isAlive()) {
            try {
                start();
            } catch (Throwable e) {
                failures.report("starting its thread", e);
            }
        }
    }

    /** Ends a wait of the step by {@link LockSupport#park}, and replaces a thread that has ended. Never throws. */
    public void wake() {
        ensureAlive();
        LockSupport.unpark(thread);
    }

    /** Interrupts the step, such as a callback that waits, for an owner that has stopped the worker. */
    public void interrupt() {
        Thread running = begun();
        if (running != null) {
            running.interrupt();
        }
    }

    /** {@return whether its thread runs} */
    public boolean isAlive() {
        Thread running = thread;
        return running != null && running.isAlive();
    }

    /** {@return whether its owner has stopped it} */
    public boolean isStopped() {
        return stopped;
    }

    /** {@return whether the calling thread is this worker's} */
    public boolean isCurrent() {
        return Thread.currentThread().equals(thread);
    }

    private void run() {
        while (!stopped) {
            try {
                runSteps();
            } catch (Throwable _) {
                // The report itself failed: even the first use of a text constant allocates. Nothing may be done here.
            }
        }
        end();
    }

    private void runSteps() {
        long pause = FIRST_PAUSE_NANOS;
        while (!stopped) {
            try {
                step.run();
                pause = FIRST_PAUSE_NANOS;
                // A user's code may have left the flag set; the next step's wait must not end at once because of it.
                Thread.interrupted();
            } catch (InterruptedException _) {
                // Only the owner ends this thread. The exception has cleared the flag.
            } catch (Throwable e) {
                if (!stopped) {
                    failures.report("doing its work", e);
                    LockSupport.parkNanos(this, pause);
                    pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
                }
            }
        }
    }

    private void end() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        try {
            end.run();
        } catch (Throwable e) {
            failures.report("ending", e);
        }
    }

    /**
     * Keeps further steps from beginning. The owner then wakes the step that waits, and calls {@link #awaitEnd}. Never waits. A
     * second call does nothing.
     */
    public void stop() {
        stopped = true;
        Thread running = begun();
        if (running == null || !running.isAlive()) {
            end();
        } else {
            LockSupport.unpark(running);
        }
    }

    /** The thread, even if it is being started at this moment: the starting thread holds the monitor. */
    private synchronized @Nullable Thread begun() {
        return thread;
    }

    /**
     * Waits until the thread has ended. An interrupt does not end the wait; the flag is set again afterwards. Called on the
     * worker's own thread it returns at once.
     *
     * @param nanos how long to wait at most
     * @return whether it has ended: no step runs and none will
     */
    public boolean awaitEnd(long nanos) {
        Thread running = begun();
        if (running == null || !running.isAlive()) {
            end();
            return true;
        }
        if (Thread.currentThread().equals(running)) {
            return false;
        }
        return join(running, nanos);
    }

    private static boolean join(Thread running, long nanos) {
        boolean interrupted = false;
        long start = System.nanoTime();
        try {
            while (running.isAlive()) {
                long left = nanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return false;
                }
                try {
                    // Rounded up, because 0 would mean no limit.
                    running.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
