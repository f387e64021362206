package io.resourcelink.internal.store;

/** How a process that takes no locks was found to hold a segment. */
public enum ForeignHolder {

    /** The kernel says that the file is open in another process. */
    HAS_IT_OPEN("a process that has it open without a reference"),

    /** The memory map of a process contains the file. */
    MAPS_IT("a process that has it mapped without a reference"),

    /** The count in the header has changed meanwhile. */
    CHANGED_THE_COUNT("a process that has just changed its count"),

    /** There is a process whose memory map this process may not read. */
    CANNOT_BE_EXCLUDED("perhaps a process that may not be looked into");

    private final String description;

    ForeignHolder(String description) {
        this.description = description;
    }

    /** {@return the holder, for people} */
    public String description() {
        return description;
    }
}
