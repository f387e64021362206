package io.resourcelink.boot.collector.autoconfigure;

import org.springframework.scheduling.annotation.Scheduled;

/**
 * The task behind the schedule of an {@link OrphanCollectionSchedule}, from its start to its stop.
 *
 * <p>It is no bean: as one, it would be scheduled a second time where the application has its own scheduling enabled.
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

    /** Waits for a collection that is running and lets no other begin, so that the factory can be closed. */
    synchronized void end() {
        ended = true;
    }
}
