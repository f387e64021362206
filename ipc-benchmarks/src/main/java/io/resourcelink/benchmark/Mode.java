package io.resourcelink.benchmark;

import java.time.Duration;
import java.util.Arrays;

/** How a thread waits for a message. */
public enum Mode {

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

    /** {@return the mode of which a table says that} */
    static Mode of(String label) {
        return Arrays.stream(values()).filter(mode -> mode.label.equals(label)).findFirst().orElseThrow();
    }

    /** {@return what a table says} */
    public String label() {
        return label;
    }

    /** {@return what a channel's builder gets} */
    public Duration spin() {
        return spin;
    }
}
