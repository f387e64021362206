package io.resourcelink.internal.work;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/*
 *   none --start--> running --no work for IDLE_NANOS--> none
 *                    |   ^
 *       thread ends  v   |  start
 *                   (none)
 *
 * The thread is a platform thread, because the JDK's scheduler of virtual threads loses a wake-up for good if the heap runs out
 * at that moment. It looks for work every period and need not be woken, so announcing work takes no system call.
 */

/**
 * Does work periodically while there is any, on a daemon thread that ends a second after the last work. Thread-safe. Needs no
 * closing: its rounds return that there is no more work.
 */
public final class Recurring {

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ThreadFactory threads;
    private final long periodNanos;
    private final Failures failures;
    private final BooleanSupplier round;
    private @Nullable Thread thread;
    private boolean wanted;

    /**
     * Creates it without a thread.
     *
     * @param name of the thread
     * @param periodMillis time between two rounds, and before the first one, in milliseconds
     * @param failures gets what a round throws; then the next round follows
     * @param round does the work there is, and returns whether there is more for later
     */
    public Recurring(String name, long periodMillis, Failures failures, BooleanSupplier round) {
        this.threads = Thread.ofPlatform().daemon().name(name).inheritInheritableThreadLocals(false).factory();
        this.periodNanos = TimeUnit.MILLISECONDS.toNanos(periodMillis);
        this.failures = failures;
        this.round = round;
    }

    /**
     * Announces work. The next round is at most a period away. Never throws: if no thread can be made, that is reported, and the
     * next call tries again.
     */
    public synchronized void start() {
        wanted = true;
        if (thread == null || !thread.isAlive()) {
            try {
                Thread fresh = threads.newThread(this::run);
                fresh.start();
                thread = fresh;
            } catch (Throwable e) {
                failures.report("starting its thread", e);
            }
        }
    }

    /** Has the next round begin at once, if there is a thread. A system call. */
    public synchronized void hurry() {
        LockSupport.unpark(thread);
    }

    private void run() {
        boolean goesOn = true;
        while (goesOn) {
            try {
                runRounds();
                goesOn = false;
            } catch (Throwable _) {
                // The report itself failed: even the first use of a text constant allocates. Nothing may be done here.
            }
        }
    }

    private void runRounds() {
        boolean more = true;
        long idleSince = System.nanoTime();
        do {
            LockSupport.parkNanos(this, periodNanos);
            // A user's listener may have left the flag set, and then parking would return at once.
            Thread.interrupted();
            if (takeWanted() || more) {
                more = doRound();
                idleSince = System.nanoTime();
            }
        } while (more || goesOn(System.nanoTime() - idleSince));
    }

    private boolean doRound() {
        try {
            return round.getAsBoolean();
        } catch (Throwable e) {
            failures.report("doing its work", e);
            return true;
        }
    }

    private synchronized boolean takeWanted() {
        boolean asked = wanted;
        wanted = false;
        return asked;
    }

    private synchronized boolean goesOn(long idleNanos) {
        if (wanted || idleNanos < IDLE_NANOS) {
            return true;
        }
        thread = null;
        return false;
    }
}
