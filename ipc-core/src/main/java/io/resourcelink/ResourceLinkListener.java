package io.resourcelink;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.ResourceKind;

/**
 * Receives the events of a factory, for logs, metrics and alarms. All methods do nothing by default.
 *
 * <p>The thread that runs an operation reports it, after the operation is done and without holding a lock. So many
 * threads may call a listener at once. Threads of the factory report what happens without a caller. They make one call
 * at a time for each kind of event. A listener must not block. If it throws, the exception is logged, and everything
 * else goes on. A factory without listeners measures nothing.
 */
public interface ResourceLinkListener {

    /** What can fail. */
    enum Operation {
        /** Creating a segment, or publishing one. */
        CREATE,
        /** Taking a reference on a segment, by its key or from another handle. */
        ACQUIRE,
        /** Releasing a reference. */
        RELEASE,
        /** Looking through all segments for orphans. */
        COLLECT
    }

    /**
     * A segment was created or published, and its first reference was taken.
     *
     * @param key its key
     * @param kind where its bytes are
     * @param size its size in bytes, header included
     * @param took how long it took, without the time that a publisher took to fill it
     */
    default void created(String key, ResourceKind kind, long size, Duration took) {}

    /**
     * A reference was taken on a segment: by its key, from another handle, or with a link that a message brought.
     *
     * @param key the segment's key
     * @param kind where its bytes are
     * @param size its size in bytes, header included
     * @param took how long it took, without the time spent waiting for the segment to appear
     */
    default void acquired(String key, ResourceKind kind, long size, Duration took) {}

    /**
     * A reference was released by closing its link. Links that are closed with their factory are not reported.
     *
     * @param key the segment's key
     * @param kind where its bytes are
     * @param size its size in bytes, header included
     * @param took how long it took; the last reference removes the segment
     */
    default void released(String key, ResourceKind kind, long size, Duration took) {}

    /**
     * An operation failed with an exception. The caller receives the exception as well. A missing segment is a failure
     * only where the operation throws an exception for it.
     *
     * @param operation the operation that failed
     * @param key the segment's key as it was given, or {@code null} if the operation was about all segments
     * @param failure the exception
     * @param took how long it took
     */
    default void failed(Operation operation, @Nullable String key, RuntimeException failure, Duration took) {}

    /**
     * A collection of orphans that a caller asked for is done.
     *
     * @param report what was removed, and what was left alone
     * @param took how long it took
     */
    default void swept(OrphanReport report, Duration took) {}

    /**
     * The watcher has collected an orphan.
     *
     * @param orphan the orphan
     */
    default void collected(Collected orphan) {}

    /**
     * A link became unreachable before it was closed. It is closed now. A {@link LeakLog} logs each leak once, whether
     * there are other listeners or not.
     *
     * @param key the segment's key
     * @param acquired where the link was made, or {@code null} unless leaks are detected in full
     */
    default void leaked(String key, @Nullable Throwable acquired) {}
}
