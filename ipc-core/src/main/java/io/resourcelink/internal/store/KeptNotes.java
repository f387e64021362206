package io.resourcelink.internal.store;

import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;

/** Told of each kept segment that stays although nobody holds it, so that it is collected when its time is over. */
@FunctionalInterface
public interface KeptNotes {

    /** Does nothing: sweeps alone collect what was kept. */
    KeptNotes NONE = (_, _, _) -> {};

    /**
     * Takes note of a segment. Never throws.
     *
     * @param key its key
     * @param header its header, as it was read when nobody held it
     * @param clock what its age is measured by
     */
    void note(String key, SegmentHeader header, SegmentClock clock);
}
