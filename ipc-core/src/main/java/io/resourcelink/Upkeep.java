package io.resourcelink;

import java.util.function.Consumer;

import io.resourcelink.OrphanReport.Collected;
import io.resourcelink.internal.work.Failures;

/**
 * What a store may keep that nobody uses at the moment, and whom it tells of what it does about that by itself.
 *
 * @param recycling files of segments that were published here
 * @param mappings files of such segments of others
 * @param needed to be run whenever something is kept, so that it does not stay for longer than it should
 * @param collected told of each orphan that was collected because its key or its room was needed
 * @param kept told of each kept segment that stays although nobody holds it
 * @param failures told of what goes wrong on the threads of the store
 */
record Upkeep(Retention recycling, Retention mappings, Runnable needed, Consumer<Collected> collected,
        KeptNotes kept, Failures failures) {

    static final Upkeep NOTHING_KEPT = new Upkeep(Retention.NONE, Retention.NONE, () -> {}, _ -> {},
            KeptNotes.NONE, new Failures("The store"));

    /** What of it is right for a directory: nothing is recycled on a disk, nor among those who take no locks. */
    Upkeep within(SegmentDirectory directory) {
        return directory.kind() == ResourceKind.SHARED_MEMORY && !directory.isCommon()
                ? this
                : new Upkeep(Retention.NONE, Retention.NONE, needed, collected, kept, failures);
    }
}
