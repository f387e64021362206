package io.resourcelink.benchmark.messaging;

import java.time.Duration;

/** How a thread of a channel waits for a message. */
enum Mode {

    /** It looks again and again before it sleeps. */
    SPINNING("spinning", Duration.ofNanos(100_000)),

    /** It sleeps at once. */
    ASLEEP("asleep", Duration.ZERO);

    private final String label;
    private final Duration spin;

    Mode(String label, Duration spin) {
        this.label = label;
        this.spin = spin;
    }

    String label() {
        return label;
    }

    /** {@return what a channel's builder gets} */
    Duration spin() {
        return spin;
    }
}
