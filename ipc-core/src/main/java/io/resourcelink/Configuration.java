package io.resourcelink;

/** What a factory was built with. */
record Configuration(Host host, ResourceKind defaultKind, TimesToLive timesToLive, LeakDetection leakDetection,
        Listeners listeners, boolean watch) {

    /** Whether somebody asked for this kind, or its place is just the one everybody has. */
    boolean isNamed(ResourceKind kind) {
        return kind == defaultKind || host.isNamed(kind);
    }
}
