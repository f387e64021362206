package io.resourcelink.internal.mapping;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.Door;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.MemoryFile;
import io.resourcelink.internal.os.OpenFile;

/*
 * Two things are counted, both under this object's monitor: handles, which may see the memory, and holds, which need the
 * descriptor only, for as long as a system call uses its number.
 *
 *   join     handles n -> n + 1, n > 0
 *   leave    handles n -> n - 1; 1 -> 0, for ever: the views end, and the descriptor is closed unless somebody holds it
 *   retain   holds n -> n + 1, if there is a handle or a hold
 *   release  holds n -> n - 1; the last one of all closes the descriptor
 *
 * With one count, a view would last as long as a message that is queued. Without holds, a number could be closed, and given
 * to another file, between reading it and the system call. Closing and unmapping free pages, which takes time, so it is done
 * a moment later, by the Reclaimer.
 *
 * Sealing and handing out a writable view exclude each other by the monitor too: either the view came first, and the seal
 * allows for it, or it is refused.
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
 *     send(region.file(), region.size()); // an empty one has no file, and is sent by its size alone
 * } finally {
 *     region.release();
 * }
 * }
 * and the receiver makes a handle of the descriptor by {@link #received} and {@link #DOOR}.
 */
public final class Region extends Reclaimer.Piece {

    /** Leads from a handle to its region, and makes the first handle to a region, which closes the region if that fails. */
    public static final Door<Region> DOOR = new Door<>("io.resourcelink.memory.SharedMemory");

    /** Small enough for a processor's cache, and large enough for the system call not to count. */
    static final long CHUNK = 256L << 10;

    private static final long SAMPLE = CallFrame.BUFFER_SIZE;
    private static final long SAMPLES = 16;

    private final long size;
    private final @Nullable OpenFile file;
    private @Nullable Seen readable;
    private @Nullable Seen writable;
    private boolean sealed;
    private int handles = 1;
    private int holds;

    /** The memory as it is mapped in one way, and as it is shown. */
    private record Seen(Mapping mapping, View view) {

        static Seen of(Mapping mapping) {
            return new Seen(mapping, mapping.view());
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
            MemoryFile.verify(frame, file, size);
            return new Region(size, file, true);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    /** {@return the bytes of the memory} */
    public long size() {
        return size;
    }

    /**
     * Keeps the descriptor open until {@link #release}, whoever closes his handle meanwhile. No system call.
     *
     * @throws IllegalStateException if the last handle is closed already
     */
    public synchronized void retain() {
        if (handles == 0 && holds == 0) {
            throw closed();
        }
        holds++;
    }

    /**
     * Gives back one {@link #retain}. The last one, after the last handle, has the descriptor closed.
     *
     * @throws IllegalStateException if nothing is retained
     */
    public synchronized void release() {
        if (holds == 0) {
            throw new IllegalStateException("This region was released more often than retained.");
        }
        holds--;
        closeUnused();
    }

    /**
     * {@return the descriptor, to be used while it is retained, and never to be closed}
     *
     * @throws IllegalStateException if the region is empty, so that it has none, or if it is not retained
     */
    public synchronized OpenFile file() {
        if (file == null) {
            throw new IllegalStateException("Empty shared memory has no descriptor; it is sent by its size alone.");
        }
        if (holds == 0) {
            throw new IllegalStateException("This region is not retained, so that its descriptor could be closed.");
        }
        return file;
    }

    /**
     * Makes the content final, before it is sent for the first time: no process can write to it any more. Only the views
     * that {@link #writable} has given before go on, on Linux 5.1 or newer. The first time one or two
     * system calls, which look at every page: 10 to 25 microseconds for each MiB. If some page is being read by a system
     * call just then, the kernel waits for it, in steps of 10 milliseconds. Afterwards nothing is done.
     *
     * @throws IllegalStateException if the last handle is closed and the region is not retained
     */
    public synchronized void seal() {
        if (file == null || sealed) {
            return;
        }
        if (handles == 0 && holds == 0) {
            throw closed();
        }
        try (CallFrame frame = new CallFrame()) {
            MemoryFile.sealContent(frame, file);
        }
        sealed = true;
    }

    /** Adds a handle. */
    public synchronized void join() {
        ensureSeen();
        handles++;
    }

    /** Removes a handle. The last one lets go of the memory, which is unmapped and freed a moment later. */
    public synchronized void leave() {
        handles--;
        if (handles == 0) {
            if (readable != null) {
                readable.release();
            }
            if (writable != null) {
                writable.release();
            }
            closeUnused();
        }
    }

    /** Closing the last descriptor of large memory that is not mapped frees it, which takes time. */
    private void closeUnused() {
        if (handles == 0 && holds == 0 && file != null) {
            if (size > CHUNK && readable == null && writable == null) {
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

    /** Not under the monitor, which a caller of {@link #leave} may have while it waits for the reclaimer. */
    @Override
    boolean free() {
        if (file != null) {
            file.close();
        }
        return true;
    }

    /** The memory for reading. The first time it is mapped, with two system calls. */
    public synchronized MemorySegment readable() {
        ensureSeen();
        if (file == null) {
            return MemorySegment.NULL.asReadOnly();
        }
        if (readable == null) {
            try (CallFrame frame = new CallFrame()) {
                readable = Seen.of(Mapping.readOnly(frame, file, size));
            }
        }
        return readable.view().memory();
    }

    /** The memory for writing. The first time it is mapped, with two system calls. */
    public synchronized MemorySegment writable() {
        ensureSeen();
        if (sealed) {
            throw new UnsupportedOperationException("This shared memory was sent or received, so that its content is"
                    + " final. Write to it before it is sent, or make a new one: SharedMemory.builder(size).");
        }
        if (file == null) {
            return MemorySegment.NULL;
        }
        if (writable == null) {
            try (CallFrame frame = new CallFrame()) {
                writable = Seen.of(Mapping.of(frame, file, size));
            }
        }
        return writable.view().memory();
    }

    /** Copies everything, without mapping it: one system call for each 256 KiB. Only while it is retained. */
    public byte[] read() {
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

    /** A hash of the size and of samples of 64 bytes. Up to 17 system calls. Only while it is retained. */
    public int contentHash() {
        int hash = Long.hashCode(size);
        try (CallFrame frame = new CallFrame()) {
            for (long at = 0; at < size; at += Math.max(SAMPLE, size / SAMPLES)) {
                int read = read(frame, frame.buffer(), at);
                for (int index = 0; index < read; index++) {
                    hash = 31 * hash + frame.buffer().get(ValueLayout.JAVA_BYTE, index);
                }
            }
        }
        return hash;
    }

    private int read(CallFrame frame, MemorySegment buffer, long at) {
        long read = file().read(frame, buffer.asSlice(0, Math.min(buffer.byteSize(), size - at)), at);
        if (read == 0) {
            throw new AssertionError("A file ends that is sealed against shrinking.");
        }
        return (int) read;
    }

    private void ensureSeen() {
        if (handles == 0) {
            throw closed();
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("This shared memory is closed.");
    }
}
