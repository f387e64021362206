package io.resourcelink.benchmark.handoff;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

import org.agrona.DirectBuffer;

/** What it is to read a payload: one long of each of its cache lines, added up. */
public final class Checksum {

    static final int CACHE_LINE = 64;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private Checksum() {}

    /**
     * Reads an array.
     *
     * @param bytes the array
     * @param length how many bytes from its start
     * @return the sum
     */
    public static long of(byte[] bytes, int length) {
        long sum = 0;
        for (int at = 0; at < length; at += CACHE_LINE) {
            sum += (long) LONG.get(bytes, at);
        }
        return sum;
    }

    /**
     * Reads all of a piece of memory.
     *
     * @param bytes the memory
     * @return the sum
     */
    public static long of(MemorySegment bytes) {
        return of(bytes, (int) bytes.byteSize());
    }

    /**
     * Reads a message where another library has it.
     *
     * @param bytes the buffer
     * @param offset where it begins
     * @param length how many bytes it has
     * @return the sum
     */
    public static long of(DirectBuffer bytes, int offset, int length) {
        long sum = 0;
        for (int at = 0; at < length; at += CACHE_LINE) {
            sum += bytes.getLong(offset + at);
        }
        return sum;
    }

    /** The same of memory outside the heap. */
    static long of(MemorySegment bytes, int length) {
        long sum = 0;
        for (int at = 0; at < length; at += CACHE_LINE) {
            sum += bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
        }
        return sum;
    }

    /**
     * Puts a number into a payload's first eight bytes.
     *
     * @param bytes the payload
     * @param number the number
     * @return by how much the checksum has grown
     */
    public static long stamp(byte[] bytes, long number) {
        long before = (long) LONG.get(bytes, 0);
        LONG.set(bytes, 0, number);
        return number - before;
    }
}
