package io.resourcelink.internal.store;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.ResourceLinkInfo;

/**
 * The segments of one kind, and those of them that one factory has open. Two stores on the same place see each other's
 * segments, as two processes do. Thread-safe; its operations must not overlap {@link #close} or {@link #abandon}, which
 * {@link FactoryStores} ensures.
 */
public interface Store {

    /** Creates a segment under its key, if need be in place of an orphan, and takes a first reference on it. */
    HeldSegment create(SegmentSpec spec);

    /** Makes a segment that has no name yet. */
    Draft draft(SegmentSpec spec, Filling filling);

    /** Takes a reference on the segment of a key, or returns {@code null} if there is none. */
    @Nullable
    HeldSegment acquire(String key);

    /** Takes a reference on the segment of a received descriptor. If that fails, drops it; otherwise the caller closes it. */
    HeldSegment accept(String key, OpenFile received);

    /** Closes a descriptor that was to be in transit or was received, and removes the name if no process holds the segment. */
    void drop(String key, OpenFile transit);

    /** Looks at the segment of a key without taking a reference, or returns {@code null} if there is none. */
    @Nullable
    ResourceLinkInfo info(String key);

    /** Looks at every segment, in no particular order. */
    List<ResourceLinkInfo> list();

    /** Removes a name if its segment is an orphan at least as old as given. */
    Verdict collect(String key, Duration maxAge, boolean dryRun);

    /**
     * Removes a name if its segment was to be kept, its time is over and no process holds it, unless the name is another
     * segment's than the one of this nonce.
     */
    Verdict collectExpired(String key, long nonce);

    /** Does the same as {@link #collect} for every name. */
    OrphanReport sweep(Duration maxAge, boolean dryRun);

    /** Removes a name although processes may hold the segment. Returns whether there was one. */
    boolean remove(String key);

    /** {@return the room for segments} */
    Capacity capacity();

    /** Announces a wait for a key. What appears from now on is not missed. */
    Waiters.Waiter waitFor(String key);

    /** {@return whether this store learns by itself of what happens} */
    boolean isWatching();

    /**
     * Ends the watch and wakes all threads that wait. Must not be called within an operation: the watcher may be in the
     * middle of one.
     *
     * @param nanos how long to wait at most for the watcher's thread
     */
    void stopWatching(long nanos);

    /** Gives back every reference that is still held, and what is kept for later. Operations may go on beside it. */
    void releaseAll();

    /** The same, and closes this store, whatever fails on the way. */
    void close();

    /** Leaves everything as a crash of the process would, for tests. */
    void abandon();
}
