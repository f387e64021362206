package io.resourcelink.internal.wire;

/** The name under which others find a server. Thread-safe. */
public interface ServedName {

    /** Removes the name. If that fails, the channel tries again every second, and when it is closed. A second call does nothing. */
    void withdraw();

    /** {@return whether others find the server, as of the last look} */
    boolean isReachable();
}
