package io.resourcelink.internal.store;

import java.util.function.Consumer;

import io.resourcelink.internal.work.Failures;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.Retention;

/**
 * What a store may keep that is not in use at the moment, and what it calls when it acts without a caller.
 *
 * @param recycling how many files of segments that were published here are kept
 * @param mappings how many files of such segments of other factories are kept
 * @param needed run whenever something is kept, so that it does not stay for longer than it should
 * @param collected told of each orphan that was collected because its key or its room was needed
 * @param kept told of each kept segment that stays although no process holds it
 * @param failures receives the failures of the store's threads
 * @param reaction what the watcher of the store does
 */
public record Upkeep(Retention recycling, Retention mappings, Runnable needed, Consumer<Collected> collected,
        KeptNotes kept, Failures failures, Reaction reaction) {

    public static final Upkeep NOTHING_KEPT = new Upkeep(Retention.NONE, Retention.NONE, () -> {}, _ -> {},
            KeptNotes.NONE, new Failures("The store"), () -> {});

    /** {@return the same, with nothing kept} For a place where nothing may be used again. */
    public Upkeep withoutKeeping() {
        return new Upkeep(Retention.NONE, Retention.NONE, needed, collected, kept, failures, reaction);
    }
}
