package io.resourcelink.internal.store;

import org.jspecify.annotations.Nullable;

/** How to react to what a watcher learns of a directory. By default it only ensures that the directory exists. */
@FunctionalInterface
public interface Reaction {

    /** Notes which file a name belongs to. */
    default void appeared(String key) {}

    /** {@return the name that a file was given, or {@code null} if it has none} Called once for each file. */
    default @Nullable String keyOf(long inode) {
        return null;
    }

    /** Checks a name whose file was closed. Returns whether it should be checked again. */
    default boolean released(String key) {
        return false;
    }

    /** Checks the stage. Returns whether it should be checked again. */
    default boolean staged() {
        return false;
    }

    /** Checks all names. */
    default void overflowed() {}

    /** Ensures that the directory exists. */
    void ensureAlive();
}
