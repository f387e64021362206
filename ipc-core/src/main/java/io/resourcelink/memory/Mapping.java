package io.resourcelink.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import io.resourcelink.os.CallFrame;
import io.resourcelink.os.OpenFile;

/**
 * A file, or a part of it, as memory of this process. Thread-safe. Whoever made it closes it; when the process dies the
 * kernel does. A child process does not inherit it.
 */
public final class Mapping implements AutoCloseable {

    private final Arena arena;
    private final MemorySegment memory;

    private Mapping(Arena arena, MemorySegment memory) {
        this.arena = arena;
        this.memory = memory;
    }

    /**
     * Maps a file from its start, for reading and writing. Two system calls; no page is touched.
     *
     * @param frame memory of the calling operation
     * @param file the file, which may be closed afterwards
     * @param size bytes to map, at least one
     * @return the mapping
     */
    public static Mapping of(CallFrame frame, OpenFile file, long size) {
        Arena arena = Arena.ofShared();
        try {
            return new Mapping(arena, file.map(frame, size, arena));
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** {@return whether the memory is still mapped} */
    public boolean isOpen() {
        return arena.scope().isAlive();
    }

    /** {@return the mapped bytes, usable from every thread until this mapping is closed} */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * Unmaps. From then on every access to {@link #memory()} is an {@link IllegalStateException}, in every thread: the JVM
     * makes sure of that with a handshake of all threads, tens of microseconds. Idempotent.
     *
     * @throws IllegalStateException if the memory is in use by a native call or by asynchronous I/O; it stays mapped, and
     * closing may be tried again
     */
    @Override
    public void close() {
        if (isOpen()) {
            arena.close();
        }
    }
}
