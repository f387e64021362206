package io.resourcelink.internal.store;

import java.util.function.Consumer;

import io.resourcelink.internal.work.Failures;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.Retention;

/**
 * What a store may keep that nobody uses at the moment, and whom it tells of what it does about that by itself.
 *
 * @param recycling files of segments that were published here
 * @param mappings files of such segments of others
 * @param needed to be run whenever something is kept, so that it does not stay for longer than it should
 * @param collected told of each orphan that was collected because its key or its room was needed
 * @param kept told of each kept segment that stays although nobody holds it
 * @param failures told of what goes wrong on the threads of the store
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
