package io.resourcelink.memory;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Work that is done every so often while there is any, by a virtual thread that ends when there is none. Thread-safe. Needs
 * no closing: whoever owns the work answers that there is none left.
 */
public final class Recurring {

    private final String name;
    private final long periodMillis;
    private final BooleanSupplier round;
    private boolean running;
    private boolean wanted;

    /**
     * Makes it; nothing runs yet.
     *
     * @param name of the thread
     * @param periodMillis time between two rounds, and before the first one, in milliseconds
     * @param round does what there is to do, and answers whether there is more for later; what it throws is logged
     */
    public Recurring(String name, long periodMillis, BooleanSupplier round) {
        this.name = name;
        this.periodMillis = periodMillis;
        this.round = round;
    }

    /** Says that there is something to do. The next round is at most a period away. */
    public synchronized void start() {
        wanted = true;
        if (!running) {
            Thread.ofVirtual().name(name).start(this::run);
            running = true;
        }
    }

    private void run() {
        do {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(periodMillis));
            synchronized (this) {
                wanted = false;
            }
        } while (hasMore() || isWanted());
    }

    private boolean hasMore() {
        try {
            return round.getAsBoolean();
        } catch (RuntimeException e) {
            System.getLogger(Recurring.class.getName()).log(Level.WARNING, name + " failed; it goes on.", e);
            return true;
        }
    }

    private synchronized boolean isWanted() {
        running = wanted;
        return wanted;
    }
}
