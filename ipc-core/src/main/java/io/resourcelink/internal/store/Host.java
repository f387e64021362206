package io.resourcelink.internal.store;

import java.nio.file.Path;

import io.resourcelink.segment.ResourceKind;

/** The places of a factory's stores, one for each kind. */
public interface Host {

    /** The path of the segments of a kind, as users see it. */
    Path directory(ResourceKind kind);

    /**
     * Returns the fingerprint of the directory that a kind has at this moment, 0 if it has none or it cannot be seen. Two processes
     * with the same one share the segments of this kind.
     */
    long fingerprint(ResourceKind kind);

    /** Returns whether the place of a kind exists. */
    boolean exists(ResourceKind kind);

    /** Returns whether the application chose this place, or it is the default that every application has. */
    boolean isNamed(ResourceKind kind);

    /** Opens a store, and creates its place if it is missing. */
    Store open(ResourceKind kind, Upkeep upkeep);

    /**
     * Makes a pending fault of this thread, from an earlier access to memory, appear here as an {@link InternalError}.
     */
    void surfaceFaults();
}
