package io.resourcelink;

/** What happens to a {@link ResourceLink} that became unreachable before it was closed. */
public enum LeakDetection {

    /** The link is closed. Nothing is reported. */
    OFF,

    /** The link is closed and reported with its key. This costs nothing while links are closed properly. */
    SIMPLE,

    /**
     * The link is closed and reported with the stack of where it was made. Each link then costs a stack trace,
     * microseconds.
     */
    FULL
}
