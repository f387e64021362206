package io.resourcelink.internal.mapping;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Pages;

/*
 * Counted are the owner, who made the mapping, and every arena through which somebody may see it. The last of them unmaps:
 * so memory is unmapped only when no segment of it can be accessed any more, which the JVM guarantees once the arena is
 * closed. An owner is done with it without waiting for that; the Reclaimer closes the arenas. Giving it up allocates nothing:
 * this object is the element of the reclaimer's list. What fails then is tried again, and what was done is not done again.
 *
 * If an arena is left when the owner lets go, because a native call uses the memory, that is waited for. But one that other
 * mappings share, whose views may stay open for long, must not keep this one's file: its pages are replaced by empty ones of
 * this process, so that the file is closed and its memory freed. Both happen under this object's monitor, because an address
 * that was unmapped may be somebody else's a moment later.
 */

/**
 * A file, or a part of it, as memory of this process. Thread-safe. Whoever made it releases it; when the process dies the
 * kernel does. A child process does not inherit it.
 */
public final class Mapping extends Reclaimer.Piece {

    private final MemorySegment memory;
    private int holds = 1;
    private boolean released;
    private boolean ownerLeft;
    private boolean unmapped;
    private boolean sharesAnArena;

    /** Closed when this is given up. */
    private @Nullable OpenFile file;

    /** Guarded by the reclaimer's monitor. */
    private @Nullable View lastView;

    private Mapping(MemorySegment memory) {
        this.memory = memory;
    }

    /**
     * Maps a file from its start, for reading and writing. Two system calls; no page is touched.
     *
     * @param frame memory of the calling operation
     * @param file the file
     * @param size bytes to map, at least one
     * @return the mapping
     */
    public static Mapping of(CallFrame frame, OpenFile file, long size) {
        return of(frame, Pages.map(frame, file, size));
    }

    /**
     * Maps a file from its start, for reading only. Two system calls; no page is touched.
     *
     * @param frame memory of the calling operation
     * @param file the file
     * @param size bytes to map, at least one
     * @return the mapping
     */
    public static Mapping readOnly(CallFrame frame, OpenFile file, long size) {
        return of(frame, Pages.mapReadOnly(frame, file, size));
    }

    private static Mapping of(CallFrame frame, MemorySegment mapped) {
        try {
            return new Mapping(mapped);
        } catch (Throwable e) {
            Pages.unmap(frame, mapped);
            throw e;
        }
    }

    /**
     * The mapped bytes, for the owner alone, who sees to it that nobody is in the middle of using them when he releases the
     * mapping: nothing else keeps a late access from ending the JVM. What others get to see is a {@link #view}.
     *
     * @return all bytes
     */
    public MemorySegment memory() {
        return memory;
    }

    /** {@return the bytes that are mapped} */
    public long size() {
        return memory.byteSize();
    }

    /**
     * Shows the bytes to others, in any thread, until the view is closed. No system call. A view that was closed a moment ago
     * and has not ended yet may go on by it.
     *
     * @return a view of all bytes, to be closed by the caller, before or after the mapping is released
     */
    public View view() {
        return Reclaimer.SHARED.view(this);
    }

    /**
     * Shows the bytes to one who is to see them only until his view is closed, whoever looks afterwards.
     *
     * @return a view of all bytes, to be closed by the caller, before or after the mapping is released
     */
    public View singleView() {
        return Reclaimer.SHARED.singleView(this);
    }

    /** Gives the mapping up. It is unmapped some milliseconds later, by another thread. No system call. Idempotent. */
    public void release() {
        release(null);
    }

    /**
     * Gives the mapping up, and the descriptor it is of, which is closed after the memory was unmapped: whoever closes the
     * last one of a file without a name frees its pages, and that takes time. No system call. Idempotent.
     *
     * @param file the descriptor, on which nothing may be locked any more that others wait for
     */
    public void release(@Nullable OpenFile file) {
        synchronized (this) {
            if (released) {
                return;
            }
            released = true;
            this.file = file;
        }
        Reclaimer.SHARED.reclaim(this);
    }

    @Override
    long bytes() {
        return size();
    }

    @Override
    synchronized boolean free() {
        try {
            letGo();
        } finally {
            if (file != null) {
                file.close();
            }
        }
        return true;
    }

    private void letGo() {
        if (released && !ownerLeft) {
            ownerLeft = true;
            holds--;
        }
        if (holds == 0) {
            unmap();
        } else if (sharesAnArena) {
            Pages.detach(memory);
        }
    }

    private void unmap() {
        if (!unmapped) {
            Pages.unmap(memory);
            unmapped = true;
        }
    }

    /** Unmaps at once, for an owner who has ended the only arena that showed it. Instead of {@link #release}. */
    void unmapNow() {
        synchronized (this) {
            released = true;
            ownerLeft = true;
        }
        unhold();
    }

    @Nullable
    View lastView() {
        return lastView;
    }

    View lastView(View opened) {
        lastView = opened;
        return opened;
    }

    /** The bytes as an arena's, which counts until it is closed, and which others may share. */
    @SuppressWarnings("restricted")
    synchronized MemorySegment within(Arena arena, boolean shared) {
        int before = holds++;
        try {
            MemorySegment shown = memory.reinterpret(arena, _ -> unhold());
            sharesAnArena |= shared;
            return shown;
        } catch (Throwable e) {
            if (!shared) {
                // Whether the arena knows of the hold already depends on where it failed.
                arena.close();
                holds = before;
            }
            throw e;
        }
    }

    /** One less that needs it. The last one unmaps, with a system call. Never throws: an arena is closing. */
    private void unhold() {
        try {
            synchronized (this) {
                holds--;
                if (holds == 0) {
                    unmap();
                }
            }
        } catch (Throwable _) {
            Reclaimer.SHARED.putBack(this);
        }
    }
}
