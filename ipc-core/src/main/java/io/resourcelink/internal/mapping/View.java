package io.resourcelink.internal.mapping;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Memory as others get to see it: every access through {@link #memory()} is an {@link IllegalStateException} soon after
 * this view is closed, and never ends the JVM. Thread-safe. Whoever opened it closes it.
 *
 * <p>Soon means some 10 milliseconds later, unless the same memory is in use by this process again by then, or its end is
 * put off by those of thousands of small ones. Until it is an exception, a late access sees what the file holds, which may be
 * another segment's by then. An exception at once would take a handshake of all threads of the JVM in every close, 34 to
 * 360 microseconds.
 */
public final class View {

    private final Reclaimer.Shade shade;
    private final MemorySegment memory;
    private final AtomicBoolean closed = new AtomicBoolean();

    View(Reclaimer.Shade shade, MemorySegment memory) {
        this.shade = shade;
        this.memory = memory;
    }

    Reclaimer.Shade shade() {
        return shade;
    }

    /** {@return the memory, usable in every thread} */
    public MemorySegment memory() {
        return memory;
    }

    /** Closes this view. It does not matter who uses the memory at this moment. Idempotent. No system call. */
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Reclaimer.SHARED.close(shade);
        }
    }
}
