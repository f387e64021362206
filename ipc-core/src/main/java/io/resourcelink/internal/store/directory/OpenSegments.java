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
 * A segment is in here from when it has its first reference until it is released, which is when it leaves, by itself and
 * before it drops its bytes. Nobody holds a lock meanwhile: who finds one may find it released by then, is refused by
 * tryJoin, and opens the file anew. So what is found here is a chance to save system calls, and never a promise.
 *
 * Two threads that open the same file both do so completely. The second to come here joins the first and gives its own
 * back. If an older file has the place of the key at that moment, both may stay, which costs a mapping and nothing else,
 * because the kernel counts the bytes of both. Whether two are the same is a question of the file and not of the key, which
 * may have been removed and created again while the old file is open.
 */

/**
 * The segments that this factory has open in one directory: who joins whom, and where the file of one that is released goes.
 * Thread-safe.
 */
final class OpenSegments {

    private final SegmentDirectory directory;
    private final Collector collector;
    private final RecycledFiles recycled;
    private final WarmFiles warm;

    /** Where an acquisition looks for a segment to join: the newest one opened under each key. */
    private final ConcurrentMap<String, OpenSegment> byKey = new ConcurrentHashMap<>();

    /** All that are open; more than one can have the same key if its name was removed and created again. */
    private final Set<OpenSegment> all = ConcurrentHashMap.newKeySet();

    OpenSegments(SegmentDirectory directory, Collector collector, RecycledFiles recycled, WarmFiles warm) {
        this.directory = directory;
        this.collector = collector;
        this.recycled = recycled;
        this.warm = warm;
    }

    SegmentDirectory directory() {
        return directory;
    }

    Collector collector() {
        return collector;
    }

    RecycledFiles recycled() {
        return recycled;
    }

    /** The segment that was opened last under a key, which need not stand for it any more. */
    @Nullable
    OpenSegment newest(String key) {
        return byKey.get(key);
    }

    /** The segment of a file, if it is open. One that lost its name may have lost its place to the next of the name. */
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

    /** Adds a segment that this factory has created, which is what its key stands for. */
    OpenSegment add(CallFrame frame, OpenSegment created) {
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
     * If another thread has opened the same segment meanwhile, its mapping is shared and the new one goes. One without a
     * name takes nobody's place: whoever acquires its key means another.
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

    /** Lets go of a released segment's file, on which nothing is locked, or keeps it in case it comes again. */
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

    /** Each of them may release itself meanwhile. */
    void forEach(Consumer<OpenSegment> action) {
        all.forEach(action);
    }
}
