package io.resourcelink.internal.store;

import java.lang.foreign.MemorySegment;

import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.segment.ResourceLinkInfo;

/** A segment as one factory has it open, with as many references as it gave out handles. Thread-safe. */
public interface HeldSegment {

    String key();

    /** A copy of the header, taken when the segment was opened. Another holder may have renewed the lease since. */
    SegmentHeader header();

    /** A copy of the header with the lease as it is now. */
    SegmentHeader currentHeader();

    /** Bytes of the segment, its header included. */
    long size();

    /** The shared memory behind the header, until this segment is released. */
    MemorySegment payload();

    SegmentClock clock();

    /** Takes one more reference, unless this segment is released already. */
    boolean tryJoin();

    /**
     * Opens the segment once more and takes a reference there, for another process.
     *
     * @throws UnsupportedOperationException if no descriptor stands for it
     */
    OpenFile openForTransit();

    /** Gives one reference back, or all of them. */
    void leave(boolean all);

    boolean isReleased();

    /** {@return the references of all holders at this moment} */
    long refcount();

    ResourceLinkInfo info();

    /** Lets the time to live begin anew, for every holder. */
    void renew();

    /**
     * Copies bytes to or from the payload.
     *
     * @throws InternalError if a peer has truncated the file
     */
    void copy(MemorySegment source, MemorySegment target);
}
