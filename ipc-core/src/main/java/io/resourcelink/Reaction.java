package io.resourcelink;

import org.jspecify.annotations.Nullable;

/** What to do about a segment that a process has released. */
public interface Reaction {

    /** Takes note of which file a name stands for. */
    void appeared(String key);

    /** Answers the name that a file was given, {@code null} if it has none. Asked once for each file. */
    @Nullable
    String keyOf(long inode);

    /** Looks at a name. Answers whether it should be looked at again. */
    boolean released(String key);

    /** Looks at the stage. Answers whether it should be looked at again. */
    boolean staged();

    /** Looks at all names. */
    void overflowed();

    /** Makes sure that the directory is there. */
    void ensureAlive();
}
