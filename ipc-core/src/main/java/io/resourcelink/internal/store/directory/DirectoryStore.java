package io.resourcelink.internal.store.directory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory.Named;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.LockTable;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Space;
import io.resourcelink.internal.room.Limit;
import io.resourcelink.internal.room.Room;
import io.resourcelink.internal.store.Filling;
import io.resourcelink.internal.store.Maintained;
import io.resourcelink.internal.store.Reaction;
import io.resourcelink.internal.store.Upkeep;
import io.resourcelink.internal.store.Verdict;
import io.resourcelink.internal.store.Waiters;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;
import io.resourcelink.segment.RecyclingStatistics;
import io.resourcelink.segment.ResourceLinkInfo;

/** The segments of one directory, shared by all processes. */
public final class DirectoryStore implements Maintained {

    /** How often a creation starts again because its file was refused a name. Each time another way is tried. */
    private static final int NAMING_ATTEMPTS = 8;

    private final SegmentDirectory directory;
    private final Collector collector;
    private final RecycledFiles recycled;
    private final WarmFiles warm;
    private final OpenSegments open;
    private final Acquirer acquirer;
    private final Consumer<Collected> told;
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
        this.acquirer = new Acquirer(directory, collector, warm, open, upkeep.collected());
        this.told = upkeep.collected();
        this.failures = upkeep.failures();
        this.reaction = upkeep.reaction();
    }

    SegmentDirectory directory() {
        return directory;
    }

    /** Creates a segment: a draft, and a name for it. */
    @Override
    public OpenSegment create(SegmentSpec spec) {
        try (CallFrame frame = new CallFrame()) {
            for (int attempt = 0; attempt < NAMING_ATTEMPTS; attempt++) {
                OpenSegment created = name(frame, fresh(frame, spec, Filling.NONE));
                if (created != null) {
                    return created;
                }
            }
            throw takenOffStage(spec.key());
        }
    }

    /** Makes a draft, of a file that was used before if there is one that fits. */
    @Override
    public SegmentDraft draft(SegmentSpec spec, Filling filling) {
        try (CallFrame frame = new CallFrame()) {
            if (spec.keep() || !recycled.isWorthwhile(frame, spec.size())) {
                return fresh(frame, spec, filling);
            }
            IdleFile idle = recycled.take(frame, spec.size());
            SegmentDraft again = idle == null ? null : again(frame, spec, idle, filling);
            return again == null ? fresh(frame, spec.asRecycled(), filling) : again;
        }
    }

    private @Nullable SegmentDraft again(CallFrame frame, SegmentSpec spec, IdleFile idle, Filling filling) {
        SegmentDraft made = null;
        try {
            made = SegmentDraft.of(this, spec.asRecycled(), idle);
        } finally {
            if (made == null) {
                recycled.drop(frame, idle);
            }
        }
        return made.begin(frame, idle, filling) ? made : null;
    }

    /** Makes a draft of a new file. If there is no room, what is of no use to anybody goes first. */
    private SegmentDraft fresh(CallFrame frame, SegmentSpec spec, Filling filling) {
        for (int attempt = 0; attempt < NAMING_ATTEMPTS; attempt++) {
            SegmentDraft draft;
            try {
                draft = SegmentDraft.make(frame, this, spec, filling);
            } catch (OutOfSpaceException e) {
                if (!makeRoom(frame)) {
                    throw e;
                }
                draft = SegmentDraft.make(frame, this, spec, filling);
            }
            if (draft != null) {
                return draft;
            }
        }
        throw takenOffStage(spec.key());
    }

    /**
     * Frees what this process keeps for later, and collects orphans, as a crashed producer's last segment is one. Answers
     * whether there is more room than before.
     */
    boolean makeRoom(CallFrame frame) {
        long before = room(frame).free();
        warm.clear();
        recycled.makeRoom(frame);
        Reclaimer.reclaimNow();
        List<Collected> collected = collector.sweep(frame, Duration.ZERO, false).collected();
        collected.forEach(told);
        return !collected.isEmpty() || room(frame).free() > before;
    }

    private static SegmentBusyException takenOffStage(String key) {
        return new SegmentBusyException(key, "its file was taken off the stage " + NAMING_ATTEMPTS + " times");
    }

    /** Names a draft, or discards it. Answers {@code null} if a fresh one is needed, because this one cannot be named. */
    @Nullable
    OpenSegment name(CallFrame frame, SegmentDraft draft) {
        OpenSegment opened = null;
        try {
            opened = name(frame, draft.file(), draft.key()) ? draft.open(open) : null;
        } finally {
            if (opened == null) {
                draft.discard(frame);
            }
        }
        return opened == null ? null : open.add(frame, opened);
    }

    /** Names a draft whose payload was written already, which cannot be done again. */
    OpenSegment publish(CallFrame frame, SegmentDraft draft) {
        OpenSegment published = name(frame, draft);
        if (published == null) {
            throw takenOffStage(draft.key());
        }
        return published;
    }

    /** Gives a finished file its key, if need be in place of an orphan. Answers {@code false} if a fresh file is needed. */
    private boolean name(CallFrame frame, NewFile created, String key) {
        for (int attempt = 0; attempt < NAMING_ATTEMPTS; attempt++) {
            Named named = directory.name(frame, created, key);
            if (named != Named.TAKEN) {
                return named == Named.DONE;
            }
            if (recycled.retire(frame, key)) {
                continue;
            }
            switch (collector.replace(frame, key)) {
                case Verdict.Removed(Reason reason, long bytes) ->
                    told.accept(new Collected(key, directory.kind(), reason, bytes));
                case Verdict.Stays stays when stays.cause() == Cause.BUSY ->
                    throw new SegmentBusyException(key, stays.detail());
                case Verdict.Stays stays ->
                    throw new SegmentAlreadyExistsException(key, directory.path().toString(), stays.why());
                case Verdict.Gone _ -> {
                }
            }
        }
        throw new SegmentAlreadyExistsException(key, directory.path().toString(), "others create and remove it all the"
                + " time");
    }

    @Override
    public @Nullable OpenSegment acquire(String key) {
        try (CallFrame frame = new CallFrame()) {
            return acquirer.acquire(frame, key);
        }
    }

    @Override
    public OpenSegment accept(String key, OpenFile received) {
        try (CallFrame frame = new CallFrame()) {
            return acquirer.accept(frame, key, received);
        }
    }

    @Override
    public void drop(String key, OpenFile transit) {
        try (CallFrame frame = new CallFrame()) {
            acquirer.drop(frame, key, transit);
        }
    }

    /** Replaces a watcher's thread that has ended. */
    private synchronized void ensureWatched() {
        if (watcher != null && !watchingEnded) {
            watcher.ensureAlive();
        }
    }

    /** The watcher of this directory, started when it is first needed. */
    private synchronized SegmentWatcher watcher() {
        if (watchingEnded) {
            throw new IllegalStateException("This ResourceLinkFactory is closed.");
        }
        if (watcher == null) {
            watcher = new SegmentWatcher(directory, reaction, failures);
        }
        watcher.ensureAlive();
        return watcher;
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
            LockTable locks = new LockTable();
            for (String key : directory.keys(frame)) {
                try {
                    Sighting seen = directory.look(frame, key, locks);
                    if (seen != null) {
                        infos.add(seen.header().info(key, seen.status().size(), seen.status().links() != 0,
                                seen.refcount(), directory.clock()));
                    }
                } catch (UnusableException _) {
                    // Not a segment of ours; a collection's report names it.
                }
            }
            return infos;
        }
    }

    @Override
    public Verdict collect(String key, Duration maxAge, boolean dryRun) {
        try (CallFrame frame = new CallFrame()) {
            warm.tidy(frame);
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
            return collector.clearStage(frame, collected);
        }
    }

    @Override
    public boolean remove(String key) {
        try (CallFrame frame = new CallFrame()) {
            return collector.remove(frame, key);
        }
    }

    private Limit room(CallFrame frame) {
        return Room.ofThisProcess().of(directory.space(frame), directory.path().toString());
    }

    /** After what this process has let go of is freed, which may be handshakes and the freeing of pages. */
    @Override
    public Capacity capacity() {
        try (CallFrame frame = new CallFrame()) {
            Reclaimer.reclaimNow();
            Space space = directory.space(frame);
            Limit room = Room.ofThisProcess().of(space, directory.path().toString(), recycled.idleBytes());
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
