package io.resourcelink.internal.store;

import org.jspecify.annotations.Nullable;

/** What to do about what a watcher learns of a directory. By default nothing but to ensure that the directory is there. */
@FunctionalInterface
public interface Reaction {

    /** Notes which file a name is of. */
    default void appeared(String key) {}

    /** {@return the name that a file was given, or {@code null} if it has none} Asked once for each file. */
    default @Nullable String keyOf(long inode) {
        return null;
    }

    /** Looks at a name whose file was closed. Returns whether it should be looked at again. */
    default boolean released(String key) {
        return false;
    }

    /** Looks at the stage. Returns whether it should be looked at again. */
    default boolean staged() {
        return false;
    }

    /** Looks at all names. */
    default void overflowed() {}

    /** Ensures that the directory is there. */
    void ensureAlive();
}
