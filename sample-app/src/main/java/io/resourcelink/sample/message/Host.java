package io.resourcelink.sample.message;

import java.util.Locale;

/** The hosts that get frames by a broker. */
public enum Host {

    /** The studio's own: its directory, so that claims are opened where they lie. */
    NEAR,
    /** Another one: a directory of its own, so that claims are fetched. */
    FAR;

    /** {@return the name in properties and in the names of queues} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
