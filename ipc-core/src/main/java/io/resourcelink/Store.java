package io.resourcelink;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.OrphanReport.Collected;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.OpenFile;

/**
 * The segments of one kind, and those of them that one factory has open. Two stores on the same place see each other's
 * segments, as two processes do. Thread-safe; its operations must not overlap {@link #close} or {@link #abandon}, which
 * the factory sees to.
 */
interface Store {

    /** Creates a segment under its key, if need be in place of an orphan, and takes a first reference on it. */
    HeldSegment create(CallFrame frame, SegmentSpec spec);

    /** Makes a segment that has no name yet. */
    Draft draft(CallFrame frame, SegmentSpec spec, Filling filling);

    /** Takes a reference on what a key stands for, or answers {@code null} if it stands for nothing. */
    @Nullable
    HeldSegment acquire(CallFrame frame, String key);

    /** Takes a reference on the segment of a received descriptor. If that fails, drops it; otherwise the caller closes it. */
    HeldSegment accept(CallFrame frame, String key, OpenFile received);

    /** Closes a descriptor that was to be in transit or was received, and removes the name if nobody holds the segment then. */
    void drop(CallFrame frame, String key, OpenFile transit);

    /** Looks at what a key stands for without taking a reference, or answers {@code null} if it stands for nothing. */
    @Nullable
    ResourceLinkInfo info(CallFrame frame, String key);

    /** Looks at every segment, in no particular order. */
    List<ResourceLinkInfo> list(CallFrame frame);

    /** Removes a name if its segment is an orphan at least as old as given. */
    Verdict collect(CallFrame frame, String key, Duration maxAge, boolean dryRun);

    /**
     * Removes a name if its segment was to be kept, its time is over and nobody holds it, unless the name stands for another
     * segment than the one of this nonce.
     */
    Verdict collectExpired(CallFrame frame, String key, long nonce);

    /** The same as {@link #collect} for every name. */
    OrphanReport sweep(CallFrame frame, Duration maxAge, boolean dryRun);

    /** Removes files that wait for a key and are nobody's, and reports them. Answers whether there are others. */
    boolean clearStage(CallFrame frame, List<Collected> collected);

    /** Removes a name whoever holds the segment. Answers whether there was one. */
    boolean remove(CallFrame frame, String key);

    Capacity capacity(CallFrame frame);

    /** What goes round at the moment. */
    RecyclingStatistics recyclingStatistics();

    /** Lets go of what was kept for later long enough. Answers whether there is more. */
    boolean tidy(CallFrame frame);

    /** The number of the file that a key stands for, or {@code null} if it stands for nothing, or for no file. */
    @Nullable
    Long file(CallFrame frame, String key);

    /** The numbers of all files, with their keys. */
    Map<Long, String> files(CallFrame frame);

    /** Announces a wait for a key. What appears from now on is not missed. */
    Waiters.Waiter waitFor(String key, Reaction reaction);

    /** From now on, tells of every segment that somebody lets go of. */
    void watch(Reaction reaction);

    /** Makes sure that its directory is there: one that was removed answers for ever as if it were empty. */
    void ensureAlive(CallFrame frame);

    /** Whether its directory was removed. */
    boolean isRemoved(CallFrame frame);

    /** Whether the kernel tells this store of what happens. */
    boolean isWatching();

    /**
     * Ends the watch and wakes all who wait. Not to be called within an operation: the watcher may be in the middle of one.
     *
     * @param nanos how long to wait at most for the watcher's thread
     */
    void stopWatching(long nanos);

    /** Gives back every reference that is still held, and what is kept for later. Operations may go on beside it. */
    void releaseAll(CallFrame frame);

    /** The same, and closes this store, whatever fails on the way. */
    void close(CallFrame frame);

    /** Leaves everything as a crash of the process would, for tests. */
    void abandon(CallFrame frame);
}
