package io.resourcelink.internal.store.directory;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.FileStatus;

/*
 * A segment is in here from its first reference until its release. It removes itself on release, before it drops its bytes.
 * No lock protects this: a thread that finds a segment here may find it already released. Then tryJoin refuses, and the
 * thread opens the file anew. So a segment found here may save system calls, but it is never a promise.
 *
 * Two threads that open the same file both do so completely. The second to come here joins the segment of the first and
 * releases its own. If an older file has the place of the key at that moment, both segments may stay. That costs a mapping
 * and nothing else, because the kernel counts the bytes of both. Two segments are the same if their files are, not if their
 * keys are: the key may have been removed and created again while the old file is open.
 */

/**
 * The segments that this factory has open in one directory. Decides which segment a thread joins, and what becomes of the
 * file of a released segment. Thread-safe.
 */
final class OpenSegments {

    private final SegmentDirectory directory;
    private final Collector collector;
    private final RecycledFiles recycled;
    private final WarmFiles warm;
    private final ReceivedFiles received;

    /** Where an acquisition looks for a segment to join: the newest one opened under each key. */
    private final ConcurrentMap<String, OpenSegment> byKey = new ConcurrentHashMap<>();

    /** All open segments. More than one can have the same key if its name was removed and created again. */
    private final Set<OpenSegment> all = ConcurrentHashMap.newKeySet();

    OpenSegments(SegmentDirectory directory, Collector collector, RecycledFiles recycled, WarmFiles warm) {
        this.directory = directory;
        this.collector = collector;
        this.recycled = recycled;
        this.warm = warm;
        this.received = new ReceivedFiles(directory);
    }

    SegmentDirectory directory() {
        return directory;
    }

    ReceivedFiles received() {
        return received;
    }

    Collector collector() {
        return collector;
    }

    RecycledFiles recycled() {
        return recycled;
    }

    /** Returns the segment that was opened last under a key. The key need not be its name any more. */
    @Nullable
    OpenSegment newest(String key) {
        return byKey.get(key);
    }

    /** Returns the segment of a file, if it is open. If the file lost its name, a newer segment may have its place. */
    @Nullable
    OpenSegment known(String key, FileStatus file) {
        OpenSegment newest = newest(key);
        if (newest != null && newest.status().isSameFileAs(file)) {
            return newest;
        }
        return file.links() != 0
                ? null
                : all.stream().filter(segment -> segment.status().isSameFileAs(file)).findAny().orElse(null);
    }

    /** Adds a segment that this factory has created. The key is its name. */
    OpenSegment add(CallFrame frame, OpenSegment created) {
        if (created.isOwnRecycled()) {
            recycled.live().begin(created.size(), created.header().usedSize());
        }
        try {
            all.add(created);
            byKey.put(created.key(), created);
            return created;
        } catch (Throwable e) {
            created.leave(frame, true);
            throw e;
        }
    }

    /**
     * Adds an acquired segment. If another thread has opened the same segment meanwhile, shares the other's mapping and
     * releases the new one. A segment without a name does not replace another: a thread that acquires its key means another
     * segment.
     */
    OpenSegment join(CallFrame frame, OpenSegment acquired, boolean named) {
        try {
            all.add(acquired);
            OpenSegment other = byKey.putIfAbsent(acquired.key(), acquired);
            if (other == null) {
                return acquired;
            }
            if (other.status().isSameFileAs(acquired.status()) && other.tryJoin(frame)) {
                acquired.leave(frame, true);
                return other;
            }
            if (named) {
                byKey.put(acquired.key(), acquired);
            }
            return acquired;
        } catch (Throwable e) {
            acquired.leave(frame, true);
            throw e;
        }
    }

    /** Releases the file of a released segment, on which nothing is locked, or keeps it in case it is used again. */
    void release(String key, SegmentHeader header, SegmentFile file) {
        if (directory.isClosed() || !header.recycled()) {
            file.release();
        } else {
            warm.keep(key, header, file);
        }
    }

    /** Called by a segment that has been released. */
    void forget(OpenSegment segment) {
        all.remove(segment);
        byKey.remove(segment.key(), segment);
    }

    /** Runs an action for each open segment. Each segment may release itself meanwhile. */
    void forEach(Consumer<OpenSegment> action) {
        all.forEach(action);
    }
}
