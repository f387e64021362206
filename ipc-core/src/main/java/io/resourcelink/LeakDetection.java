package io.resourcelink;

/** What happens about a {@link ResourceLink} that became unreachable without having been closed. */
public enum LeakDetection {

    /** It is closed, and nothing is said. */
    OFF,

    /** It is closed and reported with its key. Costs nothing while links are closed properly. */
    SIMPLE,

    /** It is closed and reported with the stack of where it was made: a stack trace for each link, microseconds. */
    FULL
}
