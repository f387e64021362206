package io.resourcelink.internal.mapping;

import org.jspecify.annotations.Nullable;

/**
 * Something to end or to free, and an element of the {@link Reclaimer}'s list of waiting pieces. The fields are guarded by the
 * reclaimer's monitor.
 */
abstract class Piece {

    @Nullable
    Piece next;
    boolean listed;

    /** Whether it waits again, because it could not be freed. */
    boolean again;
    short attempts;

    /** How much memory this frees, or lets be used again. */
    abstract long bytes();

    /**
     * Ends or frees it, and returns whether that is done. Called again later if not, or if it fails.
     *
     * @param needed whether a caller needs the memory now
     */
    abstract boolean free(boolean needed);
}
