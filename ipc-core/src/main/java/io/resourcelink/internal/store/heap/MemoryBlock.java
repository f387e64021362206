package io.resourcelink.internal.store.heap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.mapping.Reclaimer;

/**
 * A segment of the in-process store: its memory, its header and the references that all factories hold on it. The
 * monitor of its {@link HeapSpace} guards what may change. The header may be read without it.
 */
final class MemoryBlock {

    private final String key;
    private final long size;
    private volatile SegmentHeader header;
    private Arena arena;
    private MemorySegment payload;
    private long references;
    private boolean named;

    /**
     * Allocates a block that is all zero, is not held and has no name.
     *
     * @throws OutOfMemoryError if the JVM has no memory for it
     */
    MemoryBlock(String key, long size, SegmentHeader header) {
        this.key = key;
        this.size = size;
        this.header = header;
        this.arena = Arena.ofShared();
        this.payload = allocate(arena, size);
    }

    private static MemorySegment allocate(Arena arena, long size) {
        try {
            return arena.allocate(size - SegmentHeader.SIZE, SegmentHeader.SIZE);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    String key() {
        return key;
    }

    /** The number of bytes it counts for, including the header that a file would have. */
    long size() {
        return size;
    }

    SegmentHeader header() {
        return header;
    }

    void header(SegmentHeader changed) {
        header = changed;
    }

    MemorySegment payload() {
        return payload;
    }

    long references() {
        return references;
    }

    void addReferences(long change) {
        references += change;
    }

    boolean named() {
        return named;
    }

    void named(boolean has) {
        named = has;
    }

    /**
     * Frees the memory. Once running native calls have ended, every access to it throws {@link IllegalStateException}.
     */
    void free() {
        Reclaimer.close(arena);
    }

    /**
     * Moves the bytes, which no factory holds any more, to other memory. A caller that still has the old payload then
     * gets an {@link IllegalStateException}, as if the memory had been unmapped. If there is no memory for that, the
     * bytes stay.
     */
    void move() {
        Arena fresh = Arena.ofShared();
        MemorySegment copy;
        try {
            copy = allocate(fresh, size).copyFrom(payload);
        } catch (OutOfMemoryError _) {
            return;
        }
        Reclaimer.close(arena);
        arena = fresh;
        payload = copy;
    }
}
