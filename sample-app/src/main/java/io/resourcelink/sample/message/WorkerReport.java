package io.resourcelink.sample.message;

/**
 * What a worker tells its studio: that it is ready, and, after it was asked to stop, what became of the tasks it had accepted.
 *
 * @param pid the worker
 * @param stopped whether it has stopped
 * @param handled tasks that it has handled and replied to
 * @param failed tasks at which it has failed, and said so
 * @param unhandled tasks that were left at its deadline; their sender was told
 */
public record WorkerReport(long pid, boolean stopped, long handled, long failed, long unhandled) {

    /** Served by the studio. */
    public static final String DESTINATION = "studio.workers";
}
