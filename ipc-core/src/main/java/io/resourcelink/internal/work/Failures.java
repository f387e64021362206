package io.resourcelink.internal.work;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/*
 * Reporting a failure must not fail. So the failure is counted first, which allocates nothing. Then it is logged behind a
 * boundary of its own, because a logger can throw anything: an appender of the user fails, a LogManager could not be initialized
 * and throws NoClassDefFoundError from then on, the heap has no room for the text.
 *
 * A step that fails at once fails again at once. So one failure a second is logged. The next entry says how many were not logged
 * before it, for this reason or because the logger has failed.
 */

/**
 * Counts and logs failures of the library's own threads, where no caller would get the exception. Thread-safe.
 *
 * <p>No method throws, even if the logger does. Counting allocates no memory.
 */
public final class Failures {

    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String source;
    private final AtomicLong count = new AtomicLong();
    private final AtomicBoolean logging = new AtomicBoolean();
    private long logged;
    private boolean tried;
    private long triedAt;

    /**
     * Creates a sink that has seen no failure.
     *
     * @param source the part of the library that reports here, as people read it in the log: {@code "The watcher of
     * /dev/shm/ipc-1000"}
     */
    public Failures(String source) {
        this.source = source;
    }

    /**
     * Counts a failure and logs it as a warning, at most one each second.
     *
     * @param work the step that failed, as people read it in the log: {@code "telling a listener"}
     * @param failure the exception or error
     */
    public void report(String work, Throwable failure) {
        long number = count.incrementAndGet();
        try {
            if (logging.compareAndSet(false, true)) {
                try {
                    log(work, failure, number);
                } finally {
                    logging.set(false);
                }
            }
        } catch (Throwable _) {
            // It is counted. The next entry says how many no log has.
        }
    }

    /** Called by one thread at a time. */
    private void log(String work, Throwable failure, long number) {
        long now = System.nanoTime();
        if (tried && now - triedAt < QUIET_NANOS) {
            return;
        }
        tried = true;
        triedAt = now;
        long before = number - logged - 1;
        System.getLogger(Failures.class.getName()).log(Level.WARNING, source + " failed while " + work
                + "; it goes on." + (before > 0 ? " " + before + " earlier failures were not logged." : ""), failure);
        logged = number;
    }

    /** {@return how many failures were reported} */
    public long count() {
        return count.get();
    }
}
