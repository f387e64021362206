package io.resourcelink.internal.store;

/** How the payload of a new segment comes about, and so what is worth doing before. */
public enum Filling {

    /** Perhaps not at all, or later: it is zero, and no page of it is touched. */
    NONE,

    /** Through its memory, which is zero at first, and which is prepared for being written as a whole. */
    IN_PLACE,

    /** The same, but every byte is going to be written: what was there before may be there still. */
    OVERWRITTEN,

    /** By appending to the file: nothing is reserved, and nothing is mapped. */
    APPENDED
}
