package io.resourcelink.internal.mapping;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.MemoryFile;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Pages;
import io.resourcelink.internal.room.Limit;
import io.resourcelink.internal.room.Room;
import io.resourcelink.internal.work.Closing;

/**
 * Shared memory that is being filled. It has its size already and is mapped for writing until it is finished or discarded,
 * once. The static methods also make regions of content that exists already, without mapping them. Thread-safe.
 */
public final class RegionDraft implements RegionBuilder {

    /** What {@code /proc} shows behind {@code memfd:}. */
    static final String NAME = "resourcelink";

    /** What exceptions call it. */
    private static final String WITHOUT_NAME = "(shared memory without a name)";

    private final long size;
    private final @Nullable OpenFile file;
    private final @Nullable Mapping mapping;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private boolean done;

    private RegionDraft(long size, @Nullable OpenFile file, @Nullable Mapping mapping) {
        this.size = size;
        this.file = file;
        this.mapping = mapping;
        this.memory = mapping == null ? MemorySegment.NULL : mapping.within(arena);
    }

    /** Writes the content of a new file, and returns whether there was room. */
    interface Writing {

        boolean to(CallFrame frame, OpenFile file);
    }

    /** Makes a draft, all zero. */
    public static RegionDraft make(long size) {
        if (checked(size) == 0) {
            return new RegionDraft(0, null, null);
        }
        try (CallFrame frame = new CallFrame()) {
            OpenFile file = allocate(frame, NAME, size, (same, made) -> made.reserve(same, size));
            Mapping mapping = null;
            try {
                mapping = Mapping.of(frame, file, size);
                Pages.populate(frame, mapping.memory());
                return new RegionDraft(size, file, mapping);
            } catch (Throwable e) {
                if (mapping != null) {
                    mapping.release();
                }
                Closing.undo(e, file);
                throw e;
            }
        }
    }

    /** Makes a region that has the same byte everywhere. */
    public static Region filled(byte value, long size) {
        return made(size, (frame, file) -> value == 0 ? file.reserve(frame, size) : repeat(frame, file, value, size));
    }

    private static boolean repeat(CallFrame frame, OpenFile file, byte value, long size) {
        try (Arena buffers = Arena.ofConfined()) {
            MemorySegment buffer = buffers.allocate(Math.min(size, Region.CHUNK)).fill(value);
            for (long offset = 0; offset < size; offset += Region.CHUNK) {
                MemorySegment chunk = buffer.asSlice(0, Math.min(Region.CHUNK, size - offset));
                if (!file.append(frame, chunk, offset, false)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Makes a region of bytes that exist already. They are written to fresh pages, which need no clearing and no mapping. */
    public static Region of(MemorySegment bytes) {
        return made(bytes.byteSize(), (frame, file) -> file.append(frame, bytes, 0, false));
    }

    private static Region made(long size, Writing writing) {
        if (checked(size) == 0) {
            return new Region(0, null, false);
        }
        try (CallFrame frame = new CallFrame()) {
            OpenFile file = allocate(frame, NAME, size, writing);
            try {
                return new Region(size, file, false);
            } catch (Throwable e) {
                Closing.undo(e, file);
                throw e;
            }
        }
    }

    private static long checked(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("Shared memory of " + size + " bytes; a size is 0 or more.");
        }
        return size;
    }

    /** Only the machine's memory limits such a file. If more is reserved, the kernel starts to kill processes. */
    static OpenFile allocate(CallFrame frame, String name, long size, Writing writing) {
        Limit inTheWay = Room.ofThisProcess().memoryRefusal(size);
        if (inTheWay != null) {
            Reclaimer.reclaimAllNow();
            inTheWay = Room.ofThisProcess().memoryRefusal(size);
        }
        if (inTheWay != null) {
            throw inTheWay.refuse(WITHOUT_NAME, size);
        }
        OpenFile file = MemoryFile.create(frame, name);
        try {
            if (!writing.to(frame, file)) {
                throw Room.ofThisProcess().region().refuse(WITHOUT_NAME, size);
            }
            MemoryFile.sealSize(frame, file);
            return file;
        } catch (Throwable e) {
            Closing.undo(e, file);
            throw e;
        }
    }

    /**
     * Makes a region that a function fills, in the calling thread. From then on each access through what it got throws, and so does one
     * by another thread at any time.
     */
    static Region filled(long size, Consumer<MemorySegment> filler) {
        RegionDraft draft = make(size);
        try {
            try (Arena call = Arena.ofConfined()) {
                filler.accept(draft.mapping == null ? MemorySegment.NULL : draft.mapping.within(call));
            }
            return draft.finish();
        } catch (Throwable e) {
            draft.discard();
            throw e;
        }
    }

    @Override
    public synchronized MemorySegment memory() {
        ensureOpen();
        return memory;
    }

    /** Everything that needs heap is made before the memory is given up. */
    @Override
    public synchronized Region finish() {
        ensureOpen();
        Region region = new Region(size, file, false);
        unmap();
        done = true;
        return region;
    }

    @Override
    public synchronized void discard() {
        if (!done) {
            unmap();
            done = true;
            if (file != null) {
                file.close();
            }
        }
    }

    @Override
    public long size() {
        return size;
    }

    /** Unmaps at once, with the JVM's handshake. From now on nothing can write, so the content can be sealed. */
    private void unmap() {
        arena.close();
        if (mapping != null) {
            mapping.unmapNow();
        }
    }

    private void ensureOpen() {
        if (done) {
            throw new IllegalStateException("This builder has built its shared memory already, or is closed.");
        }
    }
}
