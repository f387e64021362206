package io.resourcelink.internal.format;

/**
 * A segment that is to be made.
 *
 * @param key its key
 * @param payloadSize bytes of its payload
 * @param ttlMillis its time to live, 0 for none
 * @param keep whether it outlives its last reference until its time to live is over
 * @param published whether it is read-only once it has its name
 * @param recycled whether its file is to be used again, by the process that made it
 */
public record SegmentSpec(String key, long payloadSize, long ttlMillis, boolean keep, boolean published,
        boolean recycled) {

    /** Bytes of the file, or the largest {@code long} if no file can be that large. */
    public long size() {
        return payloadSize > ReferenceLocks.MAINTENANCE - SegmentHeader.SIZE
                ? Long.MAX_VALUE
                : SegmentHeader.SIZE + payloadSize;
    }

    /** The same segment, with its file to be used again. */
    public SegmentSpec asRecycled() {
        return new SegmentSpec(key, payloadSize, ttlMillis, keep, published, true);
    }
}
