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
 * @param fileSize bytes of a new file for it, which may be more than it needs only if the file is recycled
 */
public record SegmentSpec(String key, long payloadSize, long ttlMillis, boolean keep, boolean published,
        boolean recycled, long fileSize) {

    /** A segment whose file is as long as it needs. */
    public SegmentSpec(String key, long payloadSize, long ttlMillis, boolean keep, boolean published,
            boolean recycled) {
        this(key, payloadSize, ttlMillis, keep, published, recycled, size(payloadSize));
    }

    /** Bytes that it needs, or the largest {@code long} if no file can be that large. */
    public long size() {
        return size(payloadSize);
    }

    private static long size(long payloadSize) {
        return payloadSize > ReferenceLocks.MAINTENANCE - SegmentHeader.SIZE
                ? Long.MAX_VALUE
                : SegmentHeader.SIZE + payloadSize;
    }

    /** The same segment, with its file to be used again. */
    public SegmentSpec asRecycled() {
        return inFileOf(size(), true);
    }

    /** The same segment, in a file that is used again also for payloads of up to the next power of two. */
    public SegmentSpec asRoomy() {
        long most = Long.highestOneBit(payloadSize);
        return inFileOf(SegmentHeader.SIZE + (most == payloadSize ? most : 2 * most), true);
    }

    /** The same segment, in a file that is as long as it needs. */
    public SegmentSpec asExact() {
        return inFileOf(size(), recycled);
    }

    private SegmentSpec inFileOf(long bytes, boolean again) {
        return new SegmentSpec(key, payloadSize, ttlMillis, keep, published, again, bytes);
    }
}
