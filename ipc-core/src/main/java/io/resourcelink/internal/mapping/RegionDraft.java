package io.resourcelink.internal.mapping;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.MemoryFile;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.room.Limit;
import io.resourcelink.internal.room.Room;

/**
 * Memory with a size but without its content yet: mapped for writing until it is finished or discarded, once. Also makes
 * regions whose content is there already, which are never mapped for that. Thread-safe.
 */
public final class RegionDraft implements Runnable {

    /** What {@code /proc} shows behind {@code memfd:}. */
    static final String NAME = "resourcelink";

    /** What errors call it. */
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
        this.memory = mapping == null ? MemorySegment.NULL : mapping.within(arena, false);
    }

    /** Writes the content of a new file, and answers whether there was room. */
    private interface Writing {

        boolean to(CallFrame frame, OpenFile file);
    }

    /** Makes a draft, all zero. */
    public static RegionDraft make(long size) {
        if (checked(size) == 0) {
            return new RegionDraft(0, null, null);
        }
        try (CallFrame frame = new CallFrame()) {
            OpenFile file = allocate(frame, size, (same, made) -> made.reserve(same, size));
            try {
                Mapping mapping = Mapping.of(frame, file, size);
                OpenFile.populate(frame, mapping.memory());
                return new RegionDraft(size, file, mapping);
            } catch (RuntimeException | Error e) {
                file.close();
                throw e;
            }
        }
    }

    /** Makes a region of a byte again and again. */
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

    /** Makes a region of bytes that are there. They are written to pages that nobody has cleared or mapped before. */
    public static Region of(MemorySegment bytes) {
        return made(bytes.byteSize(), (frame, file) -> file.append(frame, bytes, 0, false));
    }

    private static Region made(long size, Writing writing) {
        if (checked(size) == 0) {
            return new Region(0, null, false);
        }
        try (CallFrame frame = new CallFrame()) {
            return new Region(size, allocate(frame, size, writing), false);
        }
    }

    private static long checked(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("Shared memory of " + size + " bytes; a size is 0 or more.");
        }
        return size;
    }

    /** Nothing but the machine's memory limits such a file: reserved beyond it, the kernel starts to kill processes. */
    private static OpenFile allocate(CallFrame frame, long size, Writing writing) {
        Limit inTheWay = Room.ofThisProcess().memoryRefusal(size);
        if (inTheWay != null) {
            Reclaimer.reclaimNow();
            inTheWay = Room.ofThisProcess().memoryRefusal(size);
        }
        if (inTheWay != null) {
            throw inTheWay.refuse(WITHOUT_NAME, size);
        }
        OpenFile file = MemoryFile.create(frame, NAME);
        boolean made = false;
        try {
            if (!writing.to(frame, file)) {
                throw outOfSpace(size);
            }
            MemoryFile.sealSize(frame, file);
            made = true;
            return file;
        } finally {
            if (!made) {
                file.close();
            }
        }
    }

    private static OutOfSpaceException outOfSpace(long size) {
        return Room.ofThisProcess().region().refuse(WITHOUT_NAME, size);
    }

    /** The memory to write to, until this draft is finished or discarded. */
    public synchronized MemorySegment memory() {
        ensureOpen();
        return memory;
    }

    /** Ends writing. */
    public synchronized Region finish() {
        ensureOpen();
        unmap();
        done = true;
        return new Region(size, file, false);
    }

    public synchronized void discard() {
        if (!done) {
            unmap();
            done = true;
            if (file != null) {
                file.close();
            }
        }
    }

    public long size() {
        return size;
    }

    /** Run when the builder was closed, or when the garbage collector has found it unreachable. */
    @Override
    public void run() {
        discard();
    }

    /** At once, with the JVM's handshake: from now on nobody writes, and the content can be sealed. */
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
