package io.resourcelink.internal.mapping;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.Door;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.MemoryFile;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.work.Closing;

/*
 * Two numbers decide how long a region lives. Both are guarded by this object's monitor. Handles may see the memory. Holds
 * need the descriptor only, for as long as a system call uses its number.
 *
 *   join     handles n -> n + 1, n > 0
 *   leave    handles n -> n - 1; 1 -> 0, for ever: the views end, and without holds the descriptor is closed
 *   retain   holds n -> n + 1, if there is a handle or a hold
 *   release  holds n -> n - 1; without handles, the last one closes the descriptor
 *
 * With one number, a view would last as long as a message that is queued. Without holds, a thread could close the descriptor,
 * and the kernel could give its number to another file, between reading the number and the system call. Closing and unmapping
 * free pages, which takes time, so the Reclaimer does it a moment later.
 *
 * Sealing and giving out a writable view exclude each other by the monitor of `sealing`: either the view came first and the
 * seal allows for it, or it is refused. The kernel looks at every page when it seals, and may wait for some of them. A thread
 * that reads must not wait for that, so sealing and mapping for writing run outside of this object's monitor, with a hold.
 * The order of the two monitors: first `sealing`, then this object.
 *
 * The first mapping for reading is made within this object's monitor: another reader would have to make the same one.
 */

/**
 * What all handles of this process to the same shared memory share: the open descriptor, and a mapping that is made when a
 * caller first looks at the memory. Thread-safe.
 *
 * <p>A channel sends it like this:
 * {@snippet lang = java :
 * Region region = Region.DOOR.inside(memory);
 * region.retain();
 * try {
 *     region.seal();
 *     send(region.file(), region.size()); // empty memory has no file: its size alone is sent
 * } finally {
 *     region.release();
 * }
 * }
 * and the receiver makes a handle of the descriptor by {@link #received} and {@link #DOOR}.
 */
public class Region extends Piece {

    /** Leads from a handle to its region, and makes the first handle to a region, which closes the region if that fails. */
    public static final Door<Region> DOOR = new Door<>("io.resourcelink.memory.SharedMemory");

    /** Small enough for a processor's cache, and large enough for the system call not to count. */
    static final long CHUNK = 256L << 10;

    private final long size;
    private final @Nullable OpenFile file;
    private @Nullable Mapping mapped;
    private @Nullable View readable;
    private @Nullable Seen writable;
    private final Object sealing = new Object();
    private volatile boolean sealed;
    private volatile boolean changing = true;
    private int handles = 1;
    private int holds;

    /** The memory as it is mapped for writing, and the view of it. */
    private record Seen(Mapping mapping, View view) {

        static Seen of(Mapping mapping) {
            View view = null;
            try {
                view = mapping.view();
                return new Seen(mapping, view);
            } catch (Throwable e) {
                Closing.undo(e, view);
                mapping.release();
                throw e;
            }
        }

        void release() {
            view.close();
            mapping.release();
        }
    }

    /** Takes over a file, or none if the size is 0, for a first handle. */
    Region(long size, @Nullable OpenFile file, boolean sealed) {
        this.size = size;
        this.file = file;
        this.sealed = sealed;
    }

    /**
     * Takes over a descriptor that another process has sent. First checks that the memory behind it is what this library would
     * have sent, whatever that process claims. Nothing is mapped.
     *
     * @param file the descriptor, which is closed if it is refused
     * @param size the size that the other process claims, at least 1: empty memory is sent without a descriptor
     * @return a region with one handle
     * @throws ProtocolException if it is anything but sealed memory of that size, with storage for every byte
     */
    public static Region received(OpenFile file, long size) {
        try (CallFrame frame = new CallFrame()) {
            boolean changing = MemoryFile.verify(frame, file, size);
            Region region = new Region(size, file, true);
            region.changing = changing;
            return region;
        } catch (Throwable e) {
            Closing.undo(e, file);
            throw e;
        }
    }

    /** {@return the bytes of the memory} */
    public final long size() {
        return size;
    }

    /** {@return whether the file is used for one region after the other} */
    public boolean isRecycled() {
        return false;
    }

    /** {@return whether a process may still change the content: this one, or the one that has sent it} */
    public final boolean mayChange() {
        return file != null && changing;
    }

    /**
     * Keeps the descriptor open until {@link #release}, even if the last handle is closed meanwhile. No system call.
     *
     * @throws IllegalStateException if the last handle is closed and nothing holds the descriptor
     */
    public final synchronized void retain() {
        if (handles == 0 && holds == 0) {
            throw closed();
        }
        holds++;
    }

    /**
     * Ends one {@link #retain}. The last one, after the last handle, closes the descriptor.
     *
     * @throws IllegalStateException if this is not retained
     */
    public final synchronized void release() {
        if (holds == 0) {
            throw new IllegalStateException("This region was released more often than retained.");
        }
        holds--;
        closeUnused();
    }

    /**
     * {@return the descriptor} The caller uses it only while this is retained, and never closes it.
     *
     * @throws IllegalStateException if the region is empty, so that it has no descriptor, or if it is not retained
     */
    public final synchronized OpenFile file() {
        if (file == null) {
            throw new IllegalStateException("Empty shared memory has no descriptor; it is sent by its size alone.");
        }
        if (holds == 0) {
            throw new IllegalStateException("This region is not retained, so that its descriptor could be closed.");
        }
        return file;
    }

    /**
     * Makes the content final, before it is sent for the first time: no process can write to it any more. Only views that
     * {@link #writable} has given before can still be written to, on Linux 5.1 or newer. The kernel looks at every page, which
     * takes 10 to 25 microseconds for each MiB. If another system call is reading a page just then, the kernel waits for it in
     * steps of 10 milliseconds. If this was sealed before, nothing is done.
     *
     * @throws IllegalStateException if the last handle is closed and the region is not retained
     */
    public final void seal() {
        OpenFile open = file;
        if (open == null || sealed) {
            return;
        }
        retain();
        try {
            synchronized (sealing) {
                if (!sealed) {
                    try (CallFrame frame = new CallFrame()) {
                        changing = MemoryFile.sealContent(frame, open);
                    }
                    sealed = true;
                }
            }
        } finally {
            release();
        }
    }

    /** Adds a handle. */
    public final synchronized void join() {
        ensureSeen();
        handles++;
    }

    /** Removes a handle. After the last one the reclaimer unmaps and frees the memory a moment later. */
    public final synchronized void leave() {
        handles--;
        if (handles == 0) {
            endViews();
            closeUnused();
        }
    }

    /** Ends the views, because there is no handle any more. */
    void endViews() {
        if (readable != null) {
            readable.close();
        }
        if (mapped != null) {
            mapped.release();
        }
        if (writable != null) {
            writable.release();
        }
    }

    /** Whether there is neither a handle nor a hold, which is for ever. Called within this object's monitor. */
    final boolean isUnused() {
        return handles == 0 && holds == 0;
    }

    /** The last descriptor of large memory that is not mapped is left to the reclaimer: closing it frees the pages. */
    void closeUnused() {
        if (isUnused() && file != null) {
            if (size > CHUNK && mapped == null && writable == null) {
                Reclaimer.SHARED.reclaim(this);
                return;
            }
            try {
                file.close();
            } catch (Throwable _) {
                Reclaimer.SHARED.putBack(this);
            }
        }
    }

    @Override
    long bytes() {
        return size;
    }

    /** Takes no monitor: a caller of {@link #leave} may have this object's while it waits for the reclaimer. */
    @Override
    boolean free(boolean needed) {
        if (file != null) {
            file.close();
        }
        return true;
    }

    /** Returns the memory for reading. Maps it at the first call. Only while it is retained. */
    public synchronized MemorySegment readable() {
        ensureSeen();
        if (file == null) {
            return MemorySegment.NULL.asReadOnly();
        }
        View seen = readable;
        if (seen == null) {
            seen = mapped(file).view();
            readable = seen;
        }
        return seen.memory();
    }

    private Mapping mapped(OpenFile open) {
        Mapping present = mapped;
        if (present == null) {
            try (CallFrame frame = new CallFrame()) {
                present = Mapping.readOnly(frame, open, size);
            }
            mapped = present;
        }
        return present;
    }

    /** {@return the memory that is mapped for reading, {@code null} if there is none} Maps it at the first call. */
    synchronized @Nullable Mapping mapping() {
        return file == null ? null : mapped(file);
    }

    /**
     * Shows the memory to a function, in the calling thread and until it returns. A handle that is closed meanwhile does not end
     * that. Only while there is a handle.
     */
    public final <T> T show(Function<MemorySegment, T> reader) {
        join();
        try {
            Mapping shown = mapping();
            return shown == null
                    ? reader.apply(MemorySegment.NULL.asReadOnly())
                    : shown.show(bytes -> reader.apply(bytes.asSlice(0, size).asReadOnly()));
        } finally {
            leave();
        }
    }

    /** Returns the memory for writing. Maps it at the first call. Only while it is retained. */
    public MemorySegment writable() {
        synchronized (sealing) {
            Seen seen = seenForWriting();
            if (seen == null && file != null) {
                seen = mapForWriting(file);
            }
            return seen == null ? MemorySegment.NULL : seen.view().memory();
        }
    }

    private synchronized @Nullable Seen seenForWriting() {
        ensureSeen();
        if (sealed) {
            throw new UnsupportedOperationException("This shared memory was sent or received, so that its content is"
                    + " final. Write to it before it is sent, or make a new one: SharedMemory.builder(size).");
        }
        return writable;
    }

    private Seen mapForWriting(OpenFile open) {
        Seen made;
        try (CallFrame frame = new CallFrame()) {
            made = Seen.of(Mapping.of(frame, open, size));
        }
        synchronized (this) {
            if (handles > 0) {
                writable = made;
                return made;
            }
        }
        made.release();
        throw closed();
    }

    /** Copies everything, without mapping it. Only while it is retained. */
    public final byte[] read() {
        byte[] bytes = new byte[Math.toIntExact(size)];
        try (CallFrame frame = new CallFrame(); Arena buffers = Arena.ofConfined()) {
            MemorySegment buffer = buffers.allocate(Math.min(size, CHUNK));
            for (int at = 0; at < bytes.length;) {
                int read = read(frame, buffer, at);
                MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, at, read);
                at += read;
            }
        }
        return bytes;
    }

    private int read(CallFrame frame, MemorySegment buffer, long at) {
        long read = file().read(frame, buffer.asSlice(0, Math.min(buffer.byteSize(), size - at)), at);
        if (read == 0) {
            throw new AssertionError("A file ends that is sealed against shrinking.");
        }
        return (int) read;
    }

    final void ensureSeen() {
        if (handles == 0) {
            throw closed();
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("This shared memory is closed.");
    }
}
