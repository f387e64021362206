package io.resourcelink.sample.message;

import java.time.Duration;

/**
 * Somebody looks at the page of another host. The studio draws frames as long as it is told so, even if no page of its own is open. A
 * viewer tells it once a second.
 *
 * @param host which one
 */
public record FramesWanted(Host host) {

    /** Served by the studio. */
    public static final String QUEUE = "wanted";

    /** The time between two. */
    public static final Duration PACE = Duration.ofSeconds(1);

    /** How long one of them counts. */
    public static final Duration LASTS = Duration.ofSeconds(3);
}
