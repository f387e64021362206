package io.resourcelink.internal.store;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.RecyclingStatistics;

/** A store that other processes share and that needs maintenance: one in a directory. */
public interface Maintained extends Store {

    /** Begins to watch: from now on the store's {@link Reaction} learns of every segment that a process releases. */
    void watch();

    /** Ensures that the directory still has a name. A removed directory looks empty for ever. */
    void ensureAlive();

    /** {@return whether this store was closed} Closing fails without a change if there is no heap for it. */
    boolean isClosed();

    /** {@return whether the directory was removed} */
    boolean isRemoved();

    /**
     * {@return whether this factory holds the segment that a key names} When it releases the segment, it checks itself whether any
     * process still holds it. Costs no system call if the factory holds no segment of this key.
     */
    boolean isHeldHere(String key);

    /** {@return the inode number of a key's file, or {@code null} if there is none} */
    @Nullable
    Long file(String key);

    /** {@return the keys of all files, by the files' inode numbers} */
    Map<Long, String> files();

    /**
     * Removes files that wait for a key and that no process uses, and reports them. Returns whether there are others.
     */
    boolean clearStage(List<Collected> collected);

    /** Frees what was kept long enough. Returns whether there is more. */
    boolean tidy();

    /** {@return what is kept to be used again} */
    RecyclingStatistics recyclingStatistics();
}
