package io.resourcelink.internal.store;

/** How the payload of a new segment is written, and so which preparations are useful. */
public enum Filling {

    /** Perhaps not at all, or later. The payload is zero, and no page of it is touched. */
    NONE,

    /** Through its memory. The memory is zero at first, and is prepared for being written as a whole. */
    IN_PLACE,

    /** The same, but every byte is going to be written. The memory may still contain what was there before. */
    OVERWRITTEN,

    /** By appending to the file. Nothing is reserved, and nothing is mapped. */
    APPENDED
}
