package io.resourcelink.boot.collector.autoconfigure;

import org.springframework.scheduling.annotation.Scheduled;

/**
 * The scheduled task of an {@link OrphanCollectionSchedule}, from a start to a stop.
 *
 * <p>It is not a bean. An application that enables scheduling would run a bean's method a second time.
 */
final class OrphanCollection {

    static final String INTERVAL = "${ipc.gc.interval}";
    static final String INITIAL_DELAY = "${ipc.gc.initial-delay}";

    private final Runnable collection;
    private boolean ended;

    OrphanCollection(Runnable collection) {
        this.collection = collection;
    }

    @Scheduled(fixedDelayString = INTERVAL, initialDelayString = INITIAL_DELAY)
    synchronized void collect() {
        if (!ended) {
            collection.run();
        }
    }

    /** Waits for a collection that is running, and prevents further ones. Then the factory can be closed. */
    synchronized void end() {
        ended = true;
    }
}
