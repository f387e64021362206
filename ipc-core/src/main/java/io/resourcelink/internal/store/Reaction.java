package io.resourcelink.internal.store;

import org.jspecify.annotations.Nullable;

/** How to react to what a watcher learns of a directory. By default it only ensures that the directory exists. */
@FunctionalInterface
public interface Reaction {

    /** When to look at a name again, if nothing more happens to it. */
    enum Again {

        /** It needs no look. */
        NEVER,

        /** In some milliseconds, and once more after these. Who holds it may be a process that is just ending. */
        SOON,

        /** Some time later, together with others. This process holds it, and looks itself when it releases it. */
        LATER
    }

    /** Notes which file a name belongs to. */
    default void appeared(String key) {}

    /** {@return the name that a file was given, or {@code null} if it has none} Called once for each file. */
    default @Nullable String keyOf(long inode) {
        return null;
    }

    /** Checks a name whose file was closed. Returns when it should be checked again. */
    default Again released(String key) {
        return Again.NEVER;
    }

    /** Checks the stage. Returns when it should be checked again. */
    default Again staged() {
        return Again.NEVER;
    }

    /** Checks all names. */
    default void overflowed() {}

    /** Ensures that the directory exists. */
    void ensureAlive();
}
