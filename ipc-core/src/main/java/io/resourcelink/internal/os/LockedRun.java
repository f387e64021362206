package io.resourcelink.internal.os;

/**
 * A contiguous run of locked bytes, as one holder has it.
 *
 * @param start offset of its first byte
 * @param length number of bytes
 */
public record LockedRun(long start, long length) {

    /** {@return the offset just behind its last byte} */
    public long end() {
        return start + length;
    }
}
