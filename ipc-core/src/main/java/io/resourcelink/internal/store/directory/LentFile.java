package io.resourcelink.internal.store.directory;

import io.resourcelink.internal.format.SegmentHeader;

/**
 * A file that has a key and no links in this factory, with one byte locked for this process. Others may hold it.
 *
 * @param key its key
 * @param header the header as it was made
 * @param file the file, mapped
 * @param base the locked byte
 * @param sinceNanos when its last link in this factory was closed
 */
record LentFile(String key, SegmentHeader header, SegmentFile file, long base, long sinceNanos) {

    /** Returns how many bytes it occupies. */
    long size() {
        return file.mapping().size();
    }

    /** Returns how many of its bytes its segment uses. */
    long usedSize() {
        return header.usedSize();
    }

    /** Returns the same file without its key. */
    IdleFile idle(long nanos, String stagedAs) {
        return IdleFile.since(nanos, file, base, usedSize(), stagedAs);
    }

    boolean canHold(long payloadSize) {
        return SegmentHeader.canHold(size(), payloadSize);
    }
}
