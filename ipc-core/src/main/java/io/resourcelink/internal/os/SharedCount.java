package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;

/**
 * A 32-bit number in memory whose file another process can truncate, and which others change by atomic instructions. The
 * kernel adds to it: {@code FUTEX_WAKE_OP}, futex(2), adds atomically, wakes no thread here, and fails with {@code EFAULT} where
 * an atomic instruction of this process would end it with {@code SIGBUS}. Stateless.
 */
public final class SharedCount {

    /** {@code FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG}: no thread waits at this address. */
    private static final int FUTEX_WAKE_OP_PRIVATE = 5 | 128;

    /** {@code FUTEX_OP_ADD}, and the comparison {@code FUTEX_OP_CMP_EQ} with 0, which only says whom to wake. */
    private static final int FUTEX_OP_ADD = 1 << 28;

    /** The operand has 12 bits and a sign. */
    private static final int MIN = -2048;
    private static final int MAX = 2047;

    private SharedCount() {}

    /**
     * Adds to the number.
     *
     * @param frame memory of the calling operation
     * @param number its four bytes, aligned
     * @param delta what to add
     * @return whether the kernel did; {@code false} if the file has become too short
     */
    public static boolean add(CallFrame frame, MemorySegment number, int delta) {
        for (int left = delta; left != 0;) {
            int step = Math.clamp(left, MIN, MAX);
            long result = MemoryCalls.futex(frame, number, FUTEX_WAKE_OP_PRIVATE, FUTEX_OP_ADD | (step & 0xfff) << 12);
            if (result < 0) {
                return false;
            }
            left -= step;
        }
        return true;
    }
}
