package io.resourcelink.sample.message;

import java.time.Duration;

/**
 * A worker's sign of life.
 *
 * @param pid the worker
 * @param busyMillis how long its oldest task takes by now, 0 if it has none
 */
public record WorkerBeat(long pid, long busyMillis) {

    /** Served by the studio. */
    public static final String DESTINATION = "studio.beats";

    /** The time between two. */
    public static final Duration PACE = Duration.ofMillis(500);
}
