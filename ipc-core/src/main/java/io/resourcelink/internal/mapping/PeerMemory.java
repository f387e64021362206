package io.resourcelink.internal.mapping;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

import io.resourcelink.internal.os.Platform;

/**
 * The accesses to memory whose file another process can truncate. An access behind the end of the file is a fault. The JVM
 * turns it into an {@link InternalError} for plain reads, plain writes and {@link MemorySegment#copy}. It does not for a
 * compare-and-set, nor for native code such as a checksum or a compiled {@link MemorySegment#mismatch}: there a fault ends
 * the process. So the library accesses the memory of segments by these methods alone.
 *
 * <p>Compiled code goes on after a fault, and the JVM throws when the thread returns from native code next. Each method
 * therefore asks for the error before it returns ({@link Platform#surfaceFaults}). No system call. Stateless.
 */
public final class PeerMemory {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[16 << 10]).asReadOnly();

    private PeerMemory() {}

    /**
     * Makes sure that this class is initialized. The JVM never tries again if the heap runs out at that moment, so it is done
     * when a directory is opened, and not when a segment is first released.
     */
    public static void prepare() {
        if (ZEROS.byteSize() == 0) {
            throw new AssertionError("There is no zero.");
        }
    }

    /**
     * Returns whether an error is a fault, which the JVM tells only by its message.
     *
     * @param error what the JVM threw
     * @return whether an access to memory failed
     */
    public static boolean isFault(InternalError error) {
        return String.valueOf(error.getMessage()).contains("unsafe memory access");
    }

    /**
     * Copies bytes, to or from such memory.
     *
     * @param source all of what to copy
     * @param target as many bytes, or more
     * @throws InternalError if the file of either was truncated
     */
    public static void copy(MemorySegment source, MemorySegment target) {
        copy(source, target, 0);
    }

    /**
     * Copies bytes to a place in such memory.
     *
     * @param source all of what to copy
     * @param target where to
     * @param offset of the first byte in the target
     * @throws InternalError if the file of either was truncated
     */
    public static void copy(MemorySegment source, MemorySegment target, long offset) {
        MemorySegment.copy(source, 0, target, offset, source.byteSize());
        Platform.surfaceFaults();
    }

    /**
     * Makes all bytes zero, by copying.
     *
     * @param memory the bytes
     * @throws InternalError if the file was truncated
     */
    public static void clear(MemorySegment memory) {
        long size = memory.byteSize();
        for (long done = 0; done < size; done += ZEROS.byteSize()) {
            MemorySegment.copy(ZEROS, 0, memory, done, Math.min(ZEROS.byteSize(), size - done));
        }
        Platform.surfaceFaults();
    }

    /**
     * Reads a number, little-endian.
     *
     * @param memory where
     * @param offset of its first byte
     * @return the number
     * @throws InternalError if the file was truncated
     */
    public static long getLong(MemorySegment memory, long offset) {
        long value = memory.get(LONG, offset);
        Platform.surfaceFaults();
        return value;
    }

    /**
     * Writes a number, little-endian.
     *
     * @param memory where
     * @param offset of its first byte
     * @param value the number
     * @throws InternalError if the file was truncated
     */
    public static void putLong(MemorySegment memory, long offset, long value) {
        memory.set(LONG, offset, value);
        Platform.surfaceFaults();
    }
}
