package io.resourcelink.segment;

/** Whether a segment can still be acquired by its key. */
public enum SegmentState {

    /** The segment has its name. Every process that knows the key can acquire it. */
    OPEN,

    /** The name was removed. Holders keep the memory until they close their links. No process can acquire the segment. */
    RETIRED
}
