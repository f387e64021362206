package io.resourcelink;

import io.resourcelink.internal.work.Failures;

/** What a factory was built with. */
record Configuration(Host host, ResourceKind defaultKind, TimesToLive timesToLive, LeakDetection leakDetection,
        Listeners listeners, boolean watch, Retention recycling, Retention mappings,
        Failures failures) {

    /** What a store keeps for later, and whom it tells that it does. */
    Upkeep upkeep(Runnable needed, KeptNotes kept) {
        return new Upkeep(recycling, mappings, needed, listeners::note, kept, failures);
    }

    /** Whether somebody asked for this kind, or its place is just the one everybody has. */
    boolean isNamed(ResourceKind kind) {
        return kind == defaultKind || host.isNamed(kind);
    }
}
