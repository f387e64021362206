package io.resourcelink;

/** Whether a segment can still be acquired by its key. */
public enum SegmentState {

    /** It has its name: whoever knows the key can acquire it. */
    OPEN,

    /** Its name was removed. Those who hold it keep its memory until they let go; nobody can join them. */
    RETIRED
}
