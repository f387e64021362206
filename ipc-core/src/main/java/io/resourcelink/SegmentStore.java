package io.resourcelink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.Collector.Outcome;
import io.resourcelink.OrphanReport.Cause;
import io.resourcelink.OrphanReport.Collected;
import io.resourcelink.OrphanReport.Reason;
import io.resourcelink.SegmentDirectory.NewFile;
import io.resourcelink.SegmentDirectory.Sighting;
import io.resourcelink.SegmentDraft.Spec;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.memory.Mapping;
import io.resourcelink.memory.Reclaimer;
import io.resourcelink.os.CallFrame;
import io.resourcelink.os.Directory.Access;
import io.resourcelink.os.Directory.Named;
import io.resourcelink.os.FileStatus;
import io.resourcelink.os.OpenFile;

/** The segments of one directory, shared by all processes. */
final class SegmentStore implements Store {

    /** How often a creation starts again because its file was refused a name. Each time another way is tried. */
    private static final int NAMING_ATTEMPTS = 8;

    private final SegmentDirectory directory;
    private final Collector collector;
    private final RecycledFiles recycled;
    private final WarmFiles warm;
    private final Consumer<Collected> told;

    /** Where an acquisition looks for a segment to join: the newest one opened under each key. */
    private final ConcurrentMap<String, OpenSegment> byKey = new ConcurrentHashMap<>();

    /** All that are open; more than one can have the same key if its name was removed and created again. */
    private final Set<OpenSegment> open = ConcurrentHashMap.newKeySet();

    private @Nullable SegmentWatcher watcher;
    private boolean watchingEnded;
    private volatile boolean closed;

    SegmentStore(SegmentDirectory directory) {
        this(directory, Upkeep.NOTHING_KEPT);
    }

    SegmentStore(SegmentDirectory directory, Upkeep upkeep) {
        this.directory = directory;
        this.collector = new Collector(directory);
        this.recycled = new RecycledFiles(directory, collector, upkeep.recycling(), upkeep.needed());
        this.warm = new WarmFiles(collector, upkeep.mappings(), upkeep.needed());
        this.told = upkeep.collected();
    }

    RecycledFiles recycled() {
        return recycled;
    }

    SegmentDirectory directory() {
        return directory;
    }

    Collector collector() {
        return collector;
    }

    /** Creates a segment: a draft, and a name for it. */
    @Override
    public OpenSegment create(CallFrame frame, Spec spec) {
        for (int attempt = 0; attempt < NAMING_ATTEMPTS; attempt++) {
            OpenSegment created = name(frame, fresh(frame, spec, Filling.NONE));
            if (created != null) {
                return created;
            }
        }
        throw takenOffStage(spec.key());
    }

    /** Makes a draft, of a file that was used before if there is one that fits. */
    @Override
    public SegmentDraft draft(CallFrame frame, Spec spec, Filling filling) {
        if (spec.keep() || !recycled.isWorthwhile(spec.size())) {
            return fresh(frame, spec, filling);
        }
        RecycledFiles.Idle idle = recycled.take(frame, spec.size());
        return idle == null
                ? fresh(frame, spec.asRecycled(), filling)
                : SegmentDraft.again(frame, this, spec.asRecycled(), idle, filling);
    }

    /** Makes a draft of a new file. If there is no room, what is of no use to anybody goes first. */
    private SegmentDraft fresh(CallFrame frame, Spec spec, Filling filling) {
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
        long before = directory.capacity(frame).free();
        warm.clear();
        recycled.makeRoom(frame);
        Reclaimer.reclaimNow();
        List<Collected> collected = collector.sweep(frame, Duration.ZERO, false).collected();
        collected.forEach(told);
        return !collected.isEmpty() || directory.capacity(frame).free() > before;
    }

    private static SegmentBusyException takenOffStage(String key) {
        return new SegmentBusyException(key, "its file was taken off the stage " + NAMING_ATTEMPTS + " times");
    }

    /** Names a draft, or discards it. Answers {@code null} if a fresh one is needed, because this one cannot be named. */
    @Nullable
    OpenSegment name(CallFrame frame, SegmentDraft draft) {
        boolean named = false;
        try {
            named = name(frame, draft.file(), draft.key());
            return named ? opened(draft.open()) : null;
        } finally {
            if (!named) {
                draft.discard(frame);
            }
        }
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
                case Outcome.Removed(Reason reason, long bytes) ->
                    told.accept(new Collected(key, directory.kind(), reason, bytes));
                case Outcome.Stays(Cause cause, String detail) when cause == Cause.BUSY ->
                    throw new SegmentBusyException(key, detail);
                case Outcome.Stays stays ->
                    throw new SegmentAlreadyExistsException(key, directory.path().toString(), Store.why(stays));
                case Outcome.Gone _ -> {
                }
            }
        }
        throw new SegmentAlreadyExistsException(key, directory.path().toString(), "others create and remove it all the"
                + " time");
    }

    @Override
    public @Nullable OpenSegment acquire(CallFrame frame, String key) {
        OpenSegment known = byKey.get(key);
        if (known != null && directory.isNamed(frame, key, known.status()) && known.tryJoin(frame)) {
            return known;
        }
        Backoff backoff = new Backoff();
        try {
            OpenSegment again = warm.isEmpty() ? null : acquireWarm(frame, key);
            if (again != null) {
                return again;
            }
            do {
                OpenFile file = directory.open(frame, key, Access.USE);
                if (file == null) {
                    directory.ensureAlive(frame);
                    return null;
                }
                OpenSegment acquired = tryAcquire(frame, key, file);
                if (acquired != null) {
                    return acquired;
                }
            } while (backoff.pause());
        } catch (UnusableException e) {
            throw e.forKey(key);
        }
        throw new SegmentBusyException(key, "a collector has it locked, or it is being replaced all the time");
    }

    /** The same, with a file that is open and mapped already, if the key stands for one. Four system calls. */
    private @Nullable OpenSegment acquireWarm(CallFrame frame, String key) throws UnusableException {
        FileStatus status = directory.status(frame, key);
        SegmentFile kept = status == null ? null : warm.take(status);
        if (status == null || kept == null) {
            return null;
        }
        OpenSegment opened = null;
        try {
            opened = tryOpen(frame, key, kept.file(), directory.checked(status), kept);
        } finally {
            if (opened == null) {
                kept.release(frame, false);
            }
        }
        return opened == null ? null : join(frame, opened, true);
    }

    /** Takes a first reference on an open file. Answers {@code null}, with the file closed, if it should be opened again. */
    private @Nullable OpenSegment tryAcquire(CallFrame frame, String key, OpenFile file) throws UnusableException {
        OpenSegment opened = null;
        try {
            opened = tryOpen(frame, key, file, directory.checkedStatus(frame, file), null);
        } finally {
            if (opened == null) {
                file.close();
            }
        }
        return opened == null ? null : join(frame, opened, true);
    }

    /** In the order that keeps a collector out: lock, and only then ask whether the name still is this file. */
    private @Nullable OpenSegment tryOpen(CallFrame frame, String key, OpenFile file, FileStatus status,
            @Nullable SegmentFile kept) throws UnusableException {
        long base = ReferenceLocks.tryTakeFirst(frame, file);
        if (base < 0 || !directory.isNamed(frame, key, status)) {
            return null;
        }
        SegmentHeader header = kept == null
                ? directory.header(frame, file, status.size())
                : directory.header(frame, kept);
        if (header.retired()) {
            if (directory.isNamed(frame, key, status)) {
                throw UnusableException.invalid("a retired segment under its name", "an open one");
            }
            return null;
        }
        SegmentFile whole = kept == null ? new SegmentFile(file, map(frame, key, file, status.size()), status) : kept;
        OpenSegment opened = new OpenSegment(this, key, header, whole, base);
        opened.countForPeers(1);
        return opened;
    }

    /** Maps a segment on which a byte is locked. Whoever let go meanwhile relied on it, so a failure lets go properly. */
    private Mapping map(CallFrame frame, String key, OpenFile file, long size) {
        try {
            return Mapping.of(frame, file, size);
        } catch (RuntimeException | Error e) {
            file.close();
            try {
                collector.collect(frame, key, Duration.ZERO, false);
            } catch (RuntimeException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /**
     * If another thread has opened the same segment meanwhile, its mapping is shared and the new one goes. One without a
     * name takes nobody's place: whoever acquires its key means another.
     */
    private OpenSegment join(CallFrame frame, OpenSegment acquired, boolean named) {
        open.add(acquired);
        OpenSegment other = byKey.putIfAbsent(acquired.key(), acquired);
        if (other == null) {
            return acquired;
        }
        try {
            if (other.status().isSameFileAs(acquired.status()) && other.tryJoin(frame)) {
                acquired.leave(frame, true);
                return other;
            }
        } catch (RuntimeException | Error e) {
            acquired.leave(frame, true);
            throw e;
        }
        if (named) {
            byKey.put(acquired.key(), acquired);
        }
        return acquired;
    }

    @Override
    public OpenSegment accept(CallFrame frame, String key, OpenFile received) {
        try {
            FileStatus status = directory.checkedReceived(frame, key, received);
            OpenSegment known = known(key, status);
            return known != null && known.tryJoin(frame)
                    ? known
                    : openReceived(frame, key, received, status);
        } catch (UnusableException e) {
            IpcException failure = e.forKey(key);
            dropAfter(frame, key, received, failure);
            throw failure;
        } catch (RuntimeException | Error e) {
            dropAfter(frame, key, received, e);
            throw e;
        }
    }

    private void dropAfter(CallFrame frame, String key, OpenFile received, Throwable failure) {
        try {
            drop(frame, key, received);
        } catch (RuntimeException suppressed) {
            failure.addSuppressed(suppressed);
        }
    }

    /** The segment of a file, if it is open. One that lost its name may have lost its place to the next of the name. */
    private @Nullable OpenSegment known(String key, FileStatus file) {
        OpenSegment newest = byKey.get(key);
        if (newest != null && newest.status().isSameFileAs(file)) {
            return newest;
        }
        return file.links() != 0
                ? null
                : open.stream().filter(segment -> segment.status().isSameFileAs(file)).findAny().orElse(null);
    }

    /** Takes a first reference on a description of our own, in the same order as an acquisition. */
    private OpenSegment openReceived(CallFrame frame, String key, OpenFile received, FileStatus before)
            throws UnusableException {
        Taken own = take(frame, key, received, before);
        OpenSegment accepted = null;
        try {
            FileStatus status = directory.checkedReceived(frame, key, own.file());
            SegmentHeader header = directory.header(frame, own.file(), status.size());
            // A name that is removed meanwhile goes first, and then the header says so.
            boolean named = status.links() != 0
                    && (!header.retired() || own.file().status(frame).links() != 0);
            if (named && header.retired()) {
                throw UnusableException.invalid("a retired segment under its name", "an open one");
            }
            Mapping mapping = Mapping.of(frame, own.file(), status.size());
            accepted = new OpenSegment(this, key, header, new SegmentFile(own.file(), mapping, status), own.base());
            accepted.countForPeers(1);
            return join(frame, accepted, named);
        } finally {
            if (accepted == null) {
                own.file().close();
            }
        }
    }

    /** A description with the first byte of a block locked. */
    private record Taken(OpenFile file, long base) {}

    private Taken take(CallFrame frame, String key, OpenFile other, FileStatus status) throws UnusableException {
        OpenFile own = directory.openAgain(frame, key, other, status);
        long base = -1;
        try {
            Backoff backoff = new Backoff();
            do {
                base = ReferenceLocks.tryTakeFirst(frame, own);
            } while (base < 0 && backoff.pause());
            if (base < 0) {
                throw new UnusableException(Cause.BUSY, "somebody has all its references locked", "a free one");
            }
            return new Taken(own, base);
        } finally {
            if (base < 0) {
                own.close();
            }
        }
    }

    /** Opens a segment that is held once more, with one reference on the new description. */
    OpenFile openWithReference(CallFrame frame, String key, OpenFile held, FileStatus status) {
        try {
            return take(frame, key, held, status).file();
        } catch (UnusableException e) {
            throw e.forKey(key);
        }
    }

    @Override
    public void drop(CallFrame frame, String key, OpenFile transit) {
        FileStatus file;
        try (transit) {
            file = transit.status(frame);
        }
        if (SegmentKey.isValid(key)) {
            collector.collect(frame, key, file);
        }
    }

    private OpenSegment opened(OpenSegment created) {
        open.add(created);
        byKey.put(created.key(), created);
        return created;
    }

    /** The watcher of this directory, started when it is first needed. */
    private synchronized SegmentWatcher watcher(SegmentWatcher.Reaction reaction) {
        if (watchingEnded) {
            throw new IllegalStateException("This ResourceLinkFactory is closed.");
        }
        if (watcher == null) {
            watcher = new SegmentWatcher(directory, reaction);
        }
        return watcher;
    }

    @Override
    public @Nullable Long file(CallFrame frame, String key) {
        FileStatus status = directory.status(frame, key);
        return status == null ? null : (Long) status.inode();
    }

    @Override
    public Map<Long, String> files(CallFrame frame) {
        Map<Long, String> files = new HashMap<>();
        for (String key : directory.keys(frame)) {
            Long file = file(frame, key);
            if (file != null) {
                files.put(file, key);
            }
        }
        return files;
    }

    @Override
    public Waiters.Waiter waitFor(String key, SegmentWatcher.Reaction reaction) {
        return watcher(reaction).waitFor(key);
    }

    @Override
    public void watch(SegmentWatcher.Reaction reaction) {
        watcher(reaction);
    }

    @Override
    public void stopWatching() {
        SegmentWatcher stopped;
        synchronized (this) {
            stopped = watcher;
            watcher = null;
            watchingEnded = true;
        }
        if (stopped != null) {
            stopped.close();
        }
    }

    /** Lets go of a released segment's file, on which nothing is locked, or keeps it in case it comes again. */
    void release(String key, SegmentHeader header, SegmentFile file) {
        if (closed || !header.recycled()) {
            file.release();
        } else {
            warm.keep(key, header, file);
        }
    }

    /** Called by a segment that has been released. */
    void forget(OpenSegment segment) {
        open.remove(segment);
        byKey.remove(segment.key(), segment);
    }

    @Override
    public @Nullable ResourceLinkInfo info(CallFrame frame, String key) {
        try {
            Sighting seen = directory.look(frame, key);
            return seen == null
                    ? null
                    : seen.header().info(key, seen.status().size(), seen.status().links() != 0,
                            seen.refcount(), directory.clock());
        } catch (UnusableException e) {
            throw e.forKey(key);
        }
    }

    @Override
    public List<ResourceLinkInfo> list(CallFrame frame) {
        List<ResourceLinkInfo> infos = new ArrayList<>();
        for (String key : directory.keys(frame)) {
            try {
                Sighting seen = directory.look(frame, key);
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

    @Override
    public Outcome collect(CallFrame frame, String key, Duration maxAge, boolean dryRun) {
        warm.tidy(frame);
        return collector.collect(frame, key, maxAge, dryRun);
    }

    @Override
    public OrphanReport sweep(CallFrame frame, Duration maxAge, boolean dryRun) {
        warm.tidy(frame);
        return collector.sweep(frame, maxAge, dryRun);
    }

    @Override
    public boolean clearStage(CallFrame frame, List<Collected> collected) {
        return collector.clearStage(frame, collected);
    }

    @Override
    public boolean remove(CallFrame frame, String key) {
        return collector.remove(frame, key);
    }

    /** After what this process has let go of is freed, which may be handshakes and the freeing of pages. */
    @Override
    public Capacity capacity(CallFrame frame) {
        Reclaimer.reclaimNow();
        return directory.capacity(frame);
    }

    @Override
    public SegmentPool.Statistics recyclingStatistics() {
        return recycled.statistics();
    }

    @Override
    public boolean tidy(CallFrame frame) {
        boolean lent = recycled.tidy(frame);
        return warm.tidy(frame) || lent;
    }

    @Override
    public @Nullable Throwable close(CallFrame frame) {
        List<Runnable> steps = new ArrayList<>();
        open.forEach(segment -> steps.add(() -> segment.leave(frame, true)));
        steps.add(() -> recycled.clear(frame));
        steps.add(warm::clear);
        steps.add(this::closeDirectory);
        Throwable failure = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException | Error e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        return failure;
    }

    @Override
    public void abandon(CallFrame frame) {
        open.forEach(segment -> segment.abandon(frame));
        recycled.abandon(frame);
        warm.clear();
        closeDirectory();
    }

    private void closeDirectory() {
        closed = true;
        directory.close();
        Reclaimer.reclaimNow();
    }

    /** Whether the directory is closed, which drafts may outlive. */
    boolean isClosed() {
        return closed;
    }
}
