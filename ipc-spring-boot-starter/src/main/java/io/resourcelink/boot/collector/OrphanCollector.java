package io.resourcelink.boot.collector;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.OsException;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.segment.OrphanReport;

/**
 * Collects the orphans of a factory and remembers the result, for health, actuator and the log.
 *
 * <p>Thread-safe. The collections of one collector run one after the other. Collections of other processes need no
 * coordination.
 */
public final class OrphanCollector {

    private static final Log logger = LogFactory.getLog(OrphanCollector.class);

    private final Duration maxAge;
    private final InstantSource clock;
    private final Failures failures = new Failures("The collector of orphans");
    private final Set<String> failuresLogged = new HashSet<>();
    private volatile CollectorStatus status = CollectorStatus.NEVER_RUN;

    /**
     * Creates a collector that has not run yet.
     *
     * @param maxAge minimum age of an unreferenced segment to be collected, or zero for any age
     * @param clock tells the time at which a collection begins
     */
    public OrphanCollector(Duration maxAge, InstantSource clock) {
        this.maxAge = maxAge;
        this.clock = clock;
    }

    /**
     * Collects the current orphans. A failure is logged and becomes part of the {@link #status()}. It ends neither the
     * start of an application nor a schedule. Each kind of failure is logged once until a collection succeeds again.
     *
     * @param factory the factory whose directories are searched
     */
    public void collect(ResourceLinkFactory factory) {
        try {
            sweep(factory);
        } catch (Throwable _) {
            // The failure is logged and part of the status. The next collection follows on schedule.
        }
    }

    /**
     * Collects the current orphans like {@link #collect}, and returns or throws the result.
     *
     * @param factory the factory whose directories are searched
     * @return what was collected, and what was not collected for which reason
     * @throws RuntimeException if the collection fails; the failure is also logged and part of the status
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

    /** {@return what the collector has done so far} Never waits for a collection that is running. */
    public CollectorStatus status() {
        return status;
    }

    /**
     * A logger that fails must neither turn a successful collection into a failure nor hide the cause of a failed one.
     */
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
                    + " this kind of failure is not logged again until a collection succeeds.", failure);
        }
    }

    private static String kindOf(Throwable failure) {
        return failure instanceof OsException os ? os.call() + " errno " + os.errno() : failure.getClass().getName();
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
