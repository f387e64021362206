package io.resourcelink.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.resourcelink.os.CallFrame;
import io.resourcelink.os.OpenFile;

/*
 * Counted are the owner, who made the mapping, and every arena through which somebody may see it. The last of them unmaps:
 * so memory is unmapped only when no segment of it can be accessed any more, which the JVM guarantees once the arena is
 * closed. An owner is done with it without waiting for that; the Reclaimer closes the arenas.
 */

/**
 * A file, or a part of it, as memory of this process. Thread-safe. Whoever made it releases it; when the process dies the
 * kernel does. A child process does not inherit it.
 */
public final class Mapping {

    private final MemorySegment memory;
    private final AtomicInteger holds = new AtomicInteger(1);
    private volatile @Nullable OpenFile file;

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
        return new Mapping(file.map(frame, size));
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
        return new Mapping(file.mapReadOnly(frame, size));
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
     * Shows the bytes to others, in any thread, until the view is closed. No system call.
     *
     * @return a view of all bytes, to be closed by the caller, before or after the mapping is released
     */
    public View view() {
        return Reclaimer.SHARED.view(this);
    }

    /**
     * Gives the mapping up. It is unmapped some milliseconds after its last view was closed, by another thread. No system
     * call. To be called once.
     */
    public void release() {
        Reclaimer.later(size(), this::unhold);
    }

    /**
     * Gives the mapping up, and the descriptor it is of, which is closed after the memory was unmapped: whoever closes the
     * last one of a file without a name frees its pages, and that takes time. No system call. To be called once; nothing
     * may be locked on the descriptor any more that others wait for.
     *
     * @param ofIt the descriptor
     */
    public void release(OpenFile ofIt) {
        file = ofIt;
        release();
    }

    @Nullable
    View lastView() {
        return lastView;
    }

    View lastView(View opened) {
        lastView = opened;
        return opened;
    }

    /** The bytes as an arena's, which counts until it is closed. */
    @SuppressWarnings("restricted")
    MemorySegment within(Arena arena) {
        holds.incrementAndGet();
        return memory.reinterpret(arena, _ -> unhold());
    }

    /** One less that needs it. The last one unmaps and closes, with up to two system calls. */
    void unhold() {
        if (holds.decrementAndGet() == 0) {
            try (OpenFile _ = file) {
                OpenFile.unmap(memory);
            }
        }
    }
}
