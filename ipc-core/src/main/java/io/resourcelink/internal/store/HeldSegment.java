package io.resourcelink.internal.store;

import java.lang.foreign.MemorySegment;

import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.segment.ResourceLinkInfo;

/** A segment as one factory has it open, with as many references as the factory has handles to it. Thread-safe. */
public interface HeldSegment {

    String key();

    /** A copy of the header, taken when the segment was opened. Another holder may have renewed the lease since then. */
    SegmentHeader header();

    /** A copy of the header with the current lease. */
    SegmentHeader currentHeader();

    /** Bytes that the segment occupies: those of its file, which may be more than header and payload. */
    long size();

    /** {@return the fingerprint of the directory that it is in, 0 if it is in the memory of this JVM} Makes no system call. */
    long directory();

    /** The shared memory behind the header, until this segment is released. */
    MemorySegment payload();

    SegmentClock clock();

    /** Takes one more reference, unless this segment is already released. */
    boolean tryJoin();

    /**
     * Opens the segment once more and takes a reference there, for another process.
     *
     * @throws UnsupportedOperationException if the segment has no descriptor
     */
    OpenFile openForTransit();

    /** Releases one reference, or all of them. */
    void leave(boolean all);

    boolean isReleased();

    /** {@return the references of all holders at this moment} */
    long refcount();

    ResourceLinkInfo info();

    /** Starts the time to live again, for every holder. */
    void renew();

    /**
     * Copies bytes to or from the payload.
     *
     * @throws InternalError if a peer has truncated the file
     */
    void copy(MemorySegment source, MemorySegment target);
}
