package io.resourcelink;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.ResourceKind;

/**
 * Is told of what happens: for logs, metrics and alarms. All methods do nothing by default.
 *
 * <p>What somebody asked for is told on his thread, by many threads at once, when it is done and no lock is held; what
 * happens without anybody having asked for it is told on threads of the factory, one call at a time for each kind of event.
 * A listener must not block. If it throws, that is logged, and everything else goes on. A factory without listeners
 * measures nothing.
 */
public interface ResourceLinkListener {

    /** What can fail. */
    enum Operation {
        /** Creating a segment, or publishing one. */
        CREATE,
        /** Taking a reference on a segment, by its key or from another handle. */
        ACQUIRE,
        /** Giving a reference back. */
        RELEASE,
        /** Looking through all segments for orphans. */
        COLLECT
    }

    /**
     * A segment was created or published, and its first reference taken.
     *
     * @param key its key
     * @param kind where its bytes live
     * @param size its bytes, header included
     * @param took how long it took, without the time that a publisher took to fill it
     */
    default void created(String key, ResourceKind kind, long size, Duration took) {}

    /**
     * A reference was taken on a segment, by its key or from another handle.
     *
     * @param key the segment's key
     * @param kind where its bytes live
     * @param size its bytes, header included
     * @param took how long it took, without the time spent waiting for the segment to appear
     */
    default void acquired(String key, ResourceKind kind, long size, Duration took) {}

    /**
     * A reference was given back by closing its link. Links that are closed with their factory are not told of.
     *
     * @param key the segment's key
     * @param kind where its bytes live
     * @param size its bytes, header included
     * @param took how long it took; the last reference removes the segment
     */
    default void released(String key, ResourceKind kind, long size, Duration took) {}

    /**
     * An operation ended with an exception, which goes on to the caller. That there is no segment to acquire is a failure
     * only where it is an exception.
     *
     * @param operation what was tried
     * @param key the segment's key as it was given, or {@code null} if it was about all segments
     * @param failure what it ended with
     * @param took how long it took
     */
    default void failed(Operation operation, @Nullable String key, RuntimeException failure, Duration took) {}

    /**
     * A collection of orphans that somebody asked for is done.
     *
     * @param report what was removed, and what was left alone
     * @param took how long it took
     */
    default void swept(OrphanReport report, Duration took) {}

    /**
     * The watcher has collected an orphan.
     *
     * @param orphan what it was
     */
    default void collected(Collected orphan) {}

    /**
     * A link was not closed before it became unreachable. It is closed now. A {@link LeakLog} logs each leak once, whether
     * there are other listeners or not.
     *
     * @param key the segment's key
     * @param acquired where the link was made, or {@code null} unless leaks are detected in full
     */
    default void leaked(String key, @Nullable Throwable acquired) {}
}
