package io.resourcelink;

import java.time.Duration;

/** What a factory was built with. */
record Configuration(Host host, ResourceKind defaultKind, Duration defaultTtl, LeakDetection leakDetection,
        ResourceLinkListener listener, boolean watch) {

    /** Whether somebody asked for this kind, or its place is just the one everybody has. */
    boolean isNamed(ResourceKind kind) {
        return kind == defaultKind || host.isNamed(kind);
    }
}
