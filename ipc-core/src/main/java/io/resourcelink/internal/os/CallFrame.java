package io.resourcelink.internal.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * The native memory that one operation owns: where its calls leave {@code errno}, and the structures they read and fill.
 * One allocation serves all system calls of the operation. Used by one thread; the operation that opened it closes it.
 */
public final class CallFrame implements AutoCloseable {

    /** Bytes that {@link #buffer()} holds: a segment's header. */
    public static final int BUFFER_SIZE = 64;

    private static final long ERRNO = 0;
    private static final long FLOCK = 16;
    private static final long STATX = FLOCK + 32;
    private static final long STATFS = STATX + 256;
    private static final long TIMESPEC = STATFS + 128;
    private static final long BUFFER = TIMESPEC + 16;
    private static final long NAME = BUFFER + BUFFER_SIZE;
    private static final long NAME_SIZE = 256;
    private static final long OTHER_NAME = NAME + NAME_SIZE;

    private final Arena arena;
    private final MemorySegment memory;

    /** Allocates a frame for the calling thread. */
    public CallFrame() {
        this(Arena.ofConfined());
    }

    private CallFrame(Arena arena) {
        this.arena = arena;
        this.memory = arena.allocate(OTHER_NAME + NAME_SIZE, 16);
    }

    /** A frame that is kept and used by one thread after the other. */
    static CallFrame shared() {
        return in(Arena.ofShared());
    }

    /** A frame in an arena, which its owner closes in place of the frame. */
    static CallFrame in(Arena arena) {
        return new CallFrame(arena);
    }

    /** {@return 64 bytes for what the operation reads or writes; the next use overwrites them} */
    public MemorySegment buffer() {
        return memory.asSlice(BUFFER, BUFFER_SIZE);
    }

    MemorySegment errnoSlot() {
        return memory;
    }

    int errno() {
        return memory.get(ValueLayout.JAVA_INT, ERRNO);
    }

    MemorySegment flock() {
        return memory.asSlice(FLOCK, 32);
    }

    MemorySegment statx() {
        return memory.asSlice(STATX, 256);
    }

    MemorySegment statfs() {
        return memory.asSlice(STATFS, 120);
    }

    MemorySegment timespec() {
        return memory.asSlice(TIMESPEC, 16);
    }

    /** A C string. Texts of up to 255 bytes, as every name is, share one place, which the next one overwrites. */
    MemorySegment string(String text) {
        return string(text, NAME);
    }

    /** The same in another place, for a call that takes two of them. */
    MemorySegment otherString(String text) {
        return string(text, OTHER_NAME);
    }

    private MemorySegment string(String text, long offset) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment place = bytes.length < NAME_SIZE
                ? memory.asSlice(offset, NAME_SIZE)
                : allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, place, ValueLayout.JAVA_BYTE, 0, bytes.length);
        place.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
        return place;
    }

    MemorySegment allocate(long size) {
        return arena.allocate(size, 16);
    }

    @Override
    public void close() {
        arena.close();
    }
}
