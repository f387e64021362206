package io.resourcelink.internal.store;

import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;

/**
 * Is told of each kept segment that stays although no process holds it, so that it is collected when its time is over.
 */
@FunctionalInterface
public interface KeptNotes {

    /** Does nothing: only sweeps collect kept segments. */
    KeptNotes NONE = (_, _, _) -> {};

    /**
     * Takes note of a segment. Never throws.
     *
     * @param key its key
     * @param header its header, as it was read when no process held it
     * @param clock the clock for its age
     */
    void note(String key, SegmentHeader header, SegmentClock clock);
}
