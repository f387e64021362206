package io.resourcelink.internal.store;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SpaceId;

/**
 * The segments of one kind, and those of them that one factory has open. Two stores on the same place see each other's
 * segments, as two processes do. Thread-safe. Its operations must not overlap {@link #close} or {@link #abandon}; {@link
 * FactoryStores} ensures that.
 */
public interface Store {

    /** Creates a segment under its key, in place of an orphan if necessary, and takes a first reference on it. */
    HeldSegment create(SegmentSpec spec);

    /** Makes a segment that has no name yet. */
    Draft draft(SegmentSpec spec, Filling filling);

    /** Takes a reference on the segment of a key, or returns {@code null} if there is none. */
    @Nullable
    HeldSegment acquire(String key);

    /**
     * Takes a reference on the segment of a received descriptor, if it is no larger than its sender says. The caller closes the
     * descriptor, or drops it if this fails.
     */
    HeldSegment accept(SentSegment sent, OpenFile received);

    /**
     * Closes a descriptor that was to be in transit or was received. Removes the name if no process holds the segment.
     */
    void drop(String key, OpenFile transit);

    /** Reads the segment of a key without taking a reference, or returns {@code null} if there is none. */
    @Nullable
    ResourceLinkInfo info(String key);

    /** Reads every segment, in no particular order. */
    List<ResourceLinkInfo> list();

    /** Removes a name if its segment is an orphan and at least as old as given. */
    Verdict collect(String key, Duration maxAge, boolean dryRun);

    /**
     * Removes a name if its segment was to be kept, its time is over and no process holds it. Does nothing if the name
     * is another segment's than the one of this nonce.
     */
    Verdict collectExpired(String key, long nonce);

    /** Does the same as {@link #collect} for every name. */
    OrphanReport sweep(Duration maxAge, boolean dryRun);

    /** Removes a name even if processes hold the segment. Returns whether there was one. */
    boolean remove(String key);

    /** Does the same if the segment of the key has this nonce. */
    boolean removeIncarnation(String key, long nonce);

    /**
     * Takes the right to make the segment of a key, if no thread of any process has it. The right ends when it is closed, or with
     * the process. It keeps nobody from making the segment without it.
     */
    @Nullable
    Reservation tryReserve(String key);

    /**
     * {@return what identifies this place among those of all hosts}
     *
     * @param hostId what identifies this host; empty or {@code null} if nothing but its boot does
     */
    SpaceId space(@Nullable String hostId);

    /** {@return the room for segments} */
    Capacity capacity();

    /** Announces a wait for a key. The waiter does not miss what appears from now on. */
    Waiters.Waiter waitFor(String key);

    /** {@return whether events reach this store without a sweep} */
    boolean isWatching();

    /**
     * Ends the watch and wakes all threads that wait. Must not be called within an operation: the watcher may be in the
     * middle of one.
     *
     * @param nanos how long to wait at most for the watcher's thread
     */
    void stopWatching(long nanos);

    /** Releases every reference that is still held, and what is kept for later. Operations may run at the same time. */
    void releaseAll();

    /** Does the same, and closes this store, even if a step fails. */
    void close();

    /** Leaves everything as a crash of the process would, for tests. */
    void abandon();

    /** What every operation of a closed factory throws. */
    static IllegalStateException closed() {
        return new IllegalStateException("This ResourceLinkFactory is closed.");
    }
}
