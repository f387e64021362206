package io.resourcelink.sample.message;

import java.time.Duration;

/**
 * A person looks at the page of another host: so that frames are drawn, though the page of the studio that draws them may be closed. Said
 * once a second, as long as it is so.
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
