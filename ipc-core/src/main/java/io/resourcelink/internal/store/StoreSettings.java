package io.resourcelink.internal.store;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Failures;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.Retention;

/**
 * What the stores of a factory were built with.
 *
 * @param host where the segments are
 * @param defaultKind the kind that a factory opens first
 * @param watch whether orphans are collected when their holders die
 * @param recycling how many files of segments that were published here are kept
 * @param mappings how many files of such segments of other factories are kept
 * @param failures receives the failures of the factory's threads
 * @param kept how much of kept segments the factory leaves behind
 * @param hostId what identifies this host; empty or {@code null} if nothing but its boot does
 */
public record StoreSettings(Host host, ResourceKind defaultKind, boolean watch, Retention recycling, Retention mappings,
        Failures failures, KeptBound kept, @Nullable String hostId) {

    /** Returns whether the application chose the place of this kind, or it is the default that every application has. */
    boolean isNamed(ResourceKind kind) {
        return kind == defaultKind || host.isNamed(kind);
    }
}
