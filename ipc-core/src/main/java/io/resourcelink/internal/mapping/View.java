package io.resourcelink.internal.mapping;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Mapped memory as callers of the library see it. After this view is closed, each access through {@link #memory()} throws {@link
 * IllegalStateException} a moment later, and never ends the JVM. Thread-safe. The caller that opened the view closes it.
 *
 * <p>The moment is some 10 milliseconds. It is longer while this process uses the same segment again, while a native call uses
 * the memory, or while one of the small views that share an arena with this one is open. Until then a late access sees the file.
 * Its owner must not use it for anything else meanwhile ({@link Mapping#isShown()}). Only if the mapping is released, and a view
 * that shares the arena stays open for 100 milliseconds more, a late access sees zeros. An exception at once would cost a
 * handshake of all threads of the JVM in every close, 34 to 360 microseconds.
 */
public final class View extends Hold implements AutoCloseable {

    private final Shade shade;
    private final MemorySegment memory;
    private final AtomicBoolean closed = new AtomicBoolean();

    View(Shade shade, Memory held, MemorySegment memory) {
        super(held);
        this.shade = shade;
        this.memory = memory;
    }

    Shade shade() {
        return shade;
    }

    /** {@return the memory, usable in every thread} */
    public MemorySegment memory() {
        return memory;
    }

    /** Closes this view, even while other threads use the memory. A second call does nothing. No system call. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            shade.closeView();
        }
    }
}
