package io.resourcelink.internal.store.directory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.LockTable;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Space;
import io.resourcelink.internal.room.Limit;
import io.resourcelink.internal.store.Filling;
import io.resourcelink.internal.store.Maintained;
import io.resourcelink.internal.store.Reaction;
import io.resourcelink.internal.store.Reservation;
import io.resourcelink.internal.store.SentSegment;
import io.resourcelink.internal.store.Store;
import io.resourcelink.internal.store.Upkeep;
import io.resourcelink.internal.store.Verdict;
import io.resourcelink.internal.store.Waiters;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.RecyclingStatistics;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SpaceId;

/** The segments of one directory, shared by all processes. */
public final class DirectoryStore implements Maintained {

    private final SegmentDirectory directory;
    private final Collector collector;
    private final RecycledFiles recycled;
    private final WarmFiles warm;
    private final OpenSegments open;
    private final Acquirer acquirer;
    private final Arrivals arrivals;
    private final Creator creator;
    private final Failures failures;
    private final Reaction reaction;

    private @Nullable SegmentWatcher watcher;
    private boolean watchingEnded;

    public DirectoryStore(SegmentDirectory directory) {
        this(directory, Upkeep.NOTHING_KEPT);
    }

    public DirectoryStore(SegmentDirectory directory, Upkeep upkeep) {
        this.directory = directory;
        this.collector = new Collector(directory, upkeep.kept());
        this.recycled = new RecycledFiles(directory, collector, upkeep.recycling(), upkeep.needed());
        this.warm = new WarmFiles(collector, upkeep.mappings(), upkeep.needed());
        this.open = new OpenSegments(directory, collector, recycled, warm);
        this.creator = new Creator(directory, collector, recycled, warm, open, upkeep.collected());
        this.acquirer = new Acquirer(directory, collector, warm, open, upkeep.collected());
        this.arrivals = new Arrivals(directory, collector, warm, open);
        this.failures = upkeep.failures();
        this.reaction = upkeep.reaction();
    }

    @Override
    public OpenSegment create(SegmentSpec spec) {
        try (CallFrame frame = new CallFrame()) {
            return creator.create(frame, spec);
        }
    }

    @Override
    public SegmentDraft draft(SegmentSpec spec, Filling filling) {
        try (CallFrame frame = new CallFrame()) {
            return creator.draft(frame, spec, filling);
        }
    }

    @Override
    public @Nullable OpenSegment acquire(String key) {
        try (CallFrame frame = new CallFrame()) {
            return acquirer.acquire(frame, key);
        }
    }

    @Override
    public OpenSegment accept(SentSegment sent, OpenFile received) {
        try (CallFrame frame = new CallFrame()) {
            return arrivals.accept(frame, sent, received);
        }
    }

    @Override
    public void drop(String key, OpenFile transit) {
        try (CallFrame frame = new CallFrame()) {
            arrivals.drop(frame, key, transit);
        }
    }

    /** Replaces a watcher's thread that has ended. */
    private synchronized void ensureWatched() {
        if (watcher != null && !watchingEnded) {
            watcher.ensureAlive();
        }
    }

    /** Returns the watcher of this directory. Starts it when it is first needed. */
    private synchronized SegmentWatcher watcher() {
        if (watchingEnded) {
            throw Store.closed();
        }
        if (watcher == null) {
            watcher = new SegmentWatcher(directory, reaction, failures);
        }
        watcher.ensureAlive();
        return watcher;
    }

    @Override
    public boolean isHeldHere(String key) {
        OpenSegment newest = open.newest(key);
        FileStatus own = newest == null ? recycled.lentAs(key) : newest.status();
        if (own == null) {
            return false;
        }
        try (CallFrame frame = new CallFrame()) {
            FileStatus named = directory.status(frame, key);
            return named != null && own.isSameFileAs(named);
        }
    }

    @Override
    public @Nullable Long file(String key) {
        try (CallFrame frame = new CallFrame()) {
            FileStatus status = directory.status(frame, key);
            return status == null ? null : (Long) status.inode();
        }
    }

    @Override
    public Map<Long, String> files() {
        try (CallFrame frame = new CallFrame()) {
            Map<Long, String> files = new HashMap<>();
            for (String key : directory.keys(frame)) {
                FileStatus status = directory.status(frame, key);
                if (status != null) {
                    files.put(status.inode(), key);
                }
            }
            return files;
        }
    }

    @Override
    public Waiters.Waiter waitFor(String key) {
        return watcher().waitFor(key);
    }

    @Override
    public void watch() {
        watcher();
    }

    @Override
    public void ensureAlive() {
        try (CallFrame frame = new CallFrame()) {
            directory.ensureAlive(frame);
        }
    }

    @Override
    public boolean isClosed() {
        return directory.isClosed();
    }

    @Override
    public boolean isRemoved() {
        try (CallFrame frame = new CallFrame()) {
            return directory.isRemoved(frame);
        }
    }

    @Override
    public synchronized boolean isWatching() {
        return watcher != null && watcher.isWatching();
    }

    @Override
    public void stopWatching(long nanos) {
        SegmentWatcher stopped;
        synchronized (this) {
            stopped = watcher;
            watchingEnded = true;
        }
        if (stopped != null) {
            stopped.close(nanos);
        }
    }

    @Override
    public @Nullable ResourceLinkInfo info(String key) {
        try (CallFrame frame = new CallFrame()) {
            try {
                Sighting seen = directory.look(frame, key);
                if (seen == null) {
                    directory.ensureAlive(frame);
                    return null;
                }
                return seen.header().info(key, seen.status().size(), seen.status().links() != 0,
                        seen.refcount(), directory.clock());
            } catch (UnusableException e) {
                throw e.forKey(key);
            }
        }
    }

    @Override
    public List<ResourceLinkInfo> list() {
        try (CallFrame frame = new CallFrame()) {
            List<ResourceLinkInfo> infos = new ArrayList<>();
            LockTable locks = ReferenceLocks.newTable();
            for (String key : directory.keys(frame)) {
                try {
                    Sighting seen = directory.look(frame, key, locks);
                    if (seen != null) {
                        infos.add(seen.header().info(key, seen.status().size(), seen.status().links() != 0,
                                seen.refcount(), directory.clock()));
                    }
                } catch (UnusableException _) {
                    // The file is not a segment of ours. The report of a collection names it.
                }
            }
            return infos;
        }
    }

    @Override
    public Verdict collect(String key, Duration maxAge, boolean dryRun) {
        try (CallFrame frame = new CallFrame()) {
            if (!warm.isEmpty()) {
                FileStatus named = directory.status(frame, key);
                warm.tidy(frame, key, named);
                if (named == null) {
                    return new Verdict.Gone();
                }
            }
            return collector.collect(frame, key, maxAge, dryRun);
        }
    }

    @Override
    public Verdict collectExpired(String key, long nonce) {
        try (CallFrame frame = new CallFrame()) {
            return collector.collectExpired(frame, key, nonce);
        }
    }

    @Override
    public OrphanReport sweep(Duration maxAge, boolean dryRun) {
        try (CallFrame frame = new CallFrame()) {
            warm.tidy(frame);
            return collector.sweep(frame, maxAge, dryRun);
        }
    }

    @Override
    public boolean clearStage(List<Collected> collected) {
        try (CallFrame frame = new CallFrame()) {
            return directory.stage().clear(frame, directory.kind(), collected);
        }
    }

    @Override
    public boolean remove(String key) {
        try (CallFrame frame = new CallFrame()) {
            return collector.remove(frame, key);
        }
    }

    @Override
    public boolean removeIncarnation(String key, long nonce) {
        try (CallFrame frame = new CallFrame()) {
            return collector.remove(frame, key, nonce);
        }
    }

    @Override
    public @Nullable Reservation tryReserve(String key) {
        try (CallFrame frame = new CallFrame()) {
            return directory.stage().tryReserve(frame, key);
        }
    }

    @Override
    public SpaceId space(@Nullable String hostId) {
        try (CallFrame frame = new CallFrame()) {
            return directory.spaceId(frame, hostId);
        }
    }

    /** First frees what this process has released, which may take handshakes and the freeing of pages. */
    @Override
    public Capacity capacity() {
        try (CallFrame frame = new CallFrame()) {
            Reclaimer.reclaimNow();
            Space space = directory.space(frame);
            Limit room = directory.room(frame, recycled.idleBytes());
            return new Capacity(space.total(), room.free(), room.by(), room.source());
        }
    }

    @Override
    public RecyclingStatistics recyclingStatistics() {
        return recycled.statistics();
    }

    @Override
    public boolean tidy() {
        try (CallFrame frame = new CallFrame()) {
            ensureWatched();
            boolean lent = recycled.tidy(frame);
            return warm.tidy(frame) || lent;
        }
    }

    @Override
    public void releaseAll() {
        try (CallFrame frame = new CallFrame()) {
            Closing closing = new Closing();
            releaseAll(frame, closing);
            closing.end();
        }
    }

    private void releaseAll(CallFrame frame, Closing closing) {
        open.forEach(segment -> closing.run(() -> segment.leave(frame, true)));
        closing.run(() -> recycled.clear(frame));
        closing.run(warm::clear);
    }

    @Override
    public void close() {
        try (CallFrame frame = new CallFrame()) {
            Closing closing = new Closing();
            closing.run(() -> releaseAll(frame, closing));
            closing.run(this::closeDirectory);
            closing.end();
        }
    }

    @Override
    public void abandon() {
        try (CallFrame frame = new CallFrame()) {
            Closing closing = new Closing();
            closing.run(() -> open.forEach(segment -> closing.run(() -> segment.abandon(frame))));
            closing.run(() -> recycled.abandon(frame));
            closing.run(warm::clear);
            closing.run(this::closeDirectory);
            closing.end();
        }
    }

    private void closeDirectory() {
        stopWatching(0);
        directory.close();
        Reclaimer.reclaimNow();
    }
}
