package io.resourcelink.internal.os;

import java.util.Arrays;

/** A part of the kernel's list of locks that it held still while it was read. Used by one thread. */
final class LockPage {

    private long[] marks = new long[64];
    private int count;
    private int bytes;

    /** Adds a lock by which this page can be recognized in another walk, in the order of the list. */
    void mark(long start) {
        if (count == marks.length) {
            marks = Arrays.copyOf(marks, 2 * count);
        }
        marks[count++] = start;
    }

    void bytes(int text) {
        bytes = text;
    }

    /** {@return how long its text was} */
    int bytes() {
        return bytes;
    }

    int count() {
        return count;
    }

    long mark(int index) {
        return marks[index];
    }
}
