package io.resourcelink.internal.store;

import java.nio.file.Path;

import io.resourcelink.segment.ResourceKind;

/** What a factory's stores are on, a place for each kind. */
public interface Host {

    /** Where the segments of a kind are, as users see it. */
    Path directory(ResourceKind kind);

    /** Whether there is anything to look at. */
    boolean exists(ResourceKind kind);

    /** Whether somebody asked for this place, or it is just the one everybody has. */
    boolean isNamed(ResourceKind kind);

    /** Opens a store, and makes its place if it is missing. */
    Store open(ResourceKind kind, Upkeep upkeep);

    /** Makes a fault of this thread, left over from an access to memory, surface here as an {@link InternalError}. */
    void surfaceFaults();
}
