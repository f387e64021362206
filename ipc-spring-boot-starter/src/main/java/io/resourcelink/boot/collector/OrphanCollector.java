package io.resourcelink.boot.collector;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.resourcelink.segment.OrphanReport;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.OsException;
import io.resourcelink.internal.work.Failures;

/**
 * Collects the orphans of a factory and remembers what came of it, for health, actuator and the log. Thread-safe;
 * collections of one process follow one another, those of other processes need no coordination.
 */
public final class OrphanCollector {

    private static final Log logger = LogFactory.getLog(OrphanCollector.class);

    private final Duration maxAge;
    private final InstantSource clock;
    private final Failures failures = new Failures("The collector of orphans");
    private final Set<String> failuresLogged = new HashSet<>();
    private volatile CollectorStatus status = CollectorStatus.NEVER_RUN;

    /**
     * Makes a collector that has not run yet.
     *
     * @param maxAge how old an unheld segment must be to be collected, or zero for any age
     * @param clock tells when a collection began
     */
    public OrphanCollector(Duration maxAge, InstantSource clock) {
        this.maxAge = maxAge;
        this.clock = clock;
    }

    /**
     * Collects the orphans there are now. A failure is logged and becomes part of the {@link #status()}: it must end
     * neither the start of an application nor a schedule. Until a collection succeeds again, each kind of failure is
     * logged once.
     *
     * @param factory whose directories are looked through
     */
    public void collect(ResourceLinkFactory factory) {
        try {
            sweep(factory);
        } catch (Throwable _) {
            // Logged, and part of the status: whatever it was, the next collection follows.
        }
    }

    /**
     * Collects the orphans there are now, for somebody who wants to know what came of it. Otherwise like {@link #collect}.
     *
     * @param factory whose directories are looked through
     * @return what was collected, and what was left alone for which reason
     * @throws RuntimeException whatever the collection failed with; it is logged and part of the status, too
     */
    public synchronized OrphanReport sweep(ResourceLinkFactory factory) {
        Instant start = clock.instant();
        long startNanos = System.nanoTime();
        try {
            OrphanReport report = factory.collectOrphans(maxAge);
            status = status.succeeded(start, since(startNanos), report);
            log(() -> logSuccess(report));
            return report;
        } catch (Throwable failure) {
            status = status.failed(start, since(startNanos), failure);
            log(() -> logFailure(failure));
            throw failure;
        }
    }

    /** {@return what has been done so far; never waits for a collection that is running} */
    public CollectorStatus status() {
        return status;
    }

    /** A logger that fails must not make a collection of one that was done, nor hide why one was not. */
    private void log(Runnable entry) {
        try {
            entry.run();
        } catch (Throwable e) {
            failures.report("logging what it has done", e);
        }
    }

    private void logSuccess(OrphanReport report) {
        if (!failuresLogged.isEmpty()) {
            failuresLogged.clear();
            logger.info("Orphans are being collected again.");
        }
        if (!report.collected().isEmpty()) {
            logger.info("Collected " + report.collected().size() + " orphans, " + report.bytes() + " bytes.");
        }
    }

    private void logFailure(Throwable failure) {
        if (failuresLogged.add(kindOf(failure))) {
            logger.warn("Orphans could not be collected. The next attempt follows on schedule;"
                    + " this kind of failure is not logged again until one has succeeded.", failure);
        }
    }

    private static String kindOf(Throwable failure) {
        return failure instanceof OsException os ? os.call() + " errno " + os.errno() : failure.getClass().getName();
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
