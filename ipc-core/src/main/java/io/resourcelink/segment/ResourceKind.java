package io.resourcelink.segment;

/** Where a segment's bytes are. Each kind has its own directory, and so its own name space. */
public enum ResourceKind {

    /** Memory: a file on a tmpfs, such as {@code /dev/shm}. It is lost at a reboot. */
    SHARED_MEMORY("shared-memory"),

    /** A file on a local disk, mapped like memory. It survives a reboot if it was created to be kept. */
    MAPPED_FILE("mapped-file");

    private final String label;

    ResourceKind(String label) {
        this.label = label;
    }

    /** {@return the name of this kind in configuration, metrics and on the command line} */
    public String label() {
        return label;
    }
}
