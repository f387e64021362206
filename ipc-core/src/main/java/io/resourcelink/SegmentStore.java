package io.resourcelink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import io.resourcelink.Collector.Outcome;
import io.resourcelink.OrphanReport.Cause;
import io.resourcelink.SegmentDirectory.NewFile;
import io.resourcelink.SegmentDirectory.Sighting;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.memory.Mapping;
import io.resourcelink.os.CallFrame;
import io.resourcelink.os.Directory.Access;
import io.resourcelink.os.Directory.Named;
import io.resourcelink.os.FileStatus;
import io.resourcelink.os.OpenFile;
import io.resourcelink.os.Platform;

/**
 * The segments of one directory, and those of them that this factory has open. Thread-safe; its operations must not
 * overlap {@link #close}, which the factory sees to.
 */
final class SegmentStore {

    /** How often a creation starts again because its file was refused a name. Each time another way is tried. */
    private static final int NAMING_ATTEMPTS = 8;

    private static final long LARGE = 64L << 20;

    private final SegmentDirectory directory;
    private final Collector collector;

    /** Where an acquisition looks for a segment to join: the newest one opened under each key. */
    private final ConcurrentMap<String, OpenSegment> byKey = new ConcurrentHashMap<>();

    /** All that are open; more than one can have the same key if its name was removed and created again. */
    private final Set<OpenSegment> open = ConcurrentHashMap.newKeySet();

    SegmentStore(SegmentDirectory directory) {
        this.directory = directory;
        this.collector = new Collector(directory);
    }

    SegmentDirectory directory() {
        return directory;
    }

    Collector collector() {
        return collector;
    }

    /**
     * Creates a segment. It has storage for every byte, a header, a mapping and a reference before it has a name, so a
     * half-made one cannot be seen, and a creator that dies leaves nothing.
     */
    OpenSegment create(CallFrame frame, String key, long payloadSize, long ttlMillis, boolean keep) {
        if (payloadSize > ReferenceLocks.MAINTENANCE - SegmentHeader.SIZE) {
            throw outOfSpace(frame, key, Long.MAX_VALUE);
        }
        try {
            return createOnce(frame, key, payloadSize, ttlMillis, keep);
        } catch (OutOfSpaceException e) {
            if (collector.sweep(frame, Duration.ZERO, false).collected().isEmpty()) {
                throw e;
            }
            return createOnce(frame, key, payloadSize, ttlMillis, keep);
        }
    }

    private OpenSegment createOnce(CallFrame frame, String key, long payloadSize, long ttlMillis, boolean keep) {
        for (int attempt = 0; attempt < NAMING_ATTEMPTS; attempt++) {
            OpenSegment created = tryCreate(frame, key, payloadSize, ttlMillis, keep);
            if (created != null) {
                return created;
            }
        }
        throw new SegmentBusyException(key, "its file was taken off the stage " + NAMING_ATTEMPTS + " times");
    }

    private @Nullable OpenSegment tryCreate(CallFrame frame, String key, long payloadSize, long ttlMillis,
            boolean keep) {
        long size = SegmentHeader.SIZE + payloadSize;
        if (available(frame, size) < size) {
            throw outOfSpace(frame, key, size);
        }
        NewFile created = directory.newFile(frame, key);
        if (created == null) {
            throw outOfSpace(frame, key, size);
        }
        Mapping mapping = null;
        try {
            OpenFile file = created.file();
            long base = ReferenceLocks.tryTakeFirst(frame, file);
            if (base < 0) {
                return null;
            }
            if (!file.reserve(frame, size)) {
                throw outOfSpace(frame, key, size);
            }
            SegmentHeader header = SegmentHeader.begin(directory.kind(), ttlMillis, keep,
                    ThreadLocalRandom.current().nextInt(), directory.clock());
            header.encode(frame.buffer(), payloadSize);
            file.write(frame, frame.buffer(), 0);
            mapping = Mapping.of(frame, file, size);
            FileStatus status = file.status(frame);
            if (name(frame, created, key)) {
                OpenSegment segment = new OpenSegment(this, key, header, status, file, mapping, base);
                mapping = null;
                created = null;
                return opened(segment);
            }
            return null;
        } finally {
            if (mapping != null) {
                mapping.close();
            }
            if (created != null) {
                directory.discard(frame, created);
            }
        }
    }

    /** Gives a finished file its key, if need be in place of an orphan. Answers {@code false} if a fresh file is needed. */
    private boolean name(CallFrame frame, NewFile created, String key) {
        for (int attempt = 0; attempt < NAMING_ATTEMPTS; attempt++) {
            Named named = directory.name(frame, created, key);
            if (named != Named.TAKEN) {
                return named == Named.DONE;
            }
            if (collector.collect(frame, key, Duration.ZERO, false) instanceof Outcome.Stays stays) {
                throw stays.cause() == Cause.BUSY
                        ? new SegmentBusyException(key, stays.detail())
                        : new SegmentAlreadyExistsException(key, directory.path().toString(), why(stays));
            }
        }
        throw new SegmentAlreadyExistsException(key, directory.path().toString(), "others create and remove it all the"
                + " time");
    }

    private static String why(Outcome.Stays stays) {
        return switch (stays.cause()) {
            case HELD -> stays.detail().isEmpty() ? "it is held" : "held by " + stays.detail();
            case KEPT -> "nobody holds it, but it is to be kept until its time to live is over";
            case INVALID, FOREIGN -> "it is not a segment of ours: " + stays.detail();
            case BUSY, TOO_YOUNG, FAILED -> stays.detail();
        };
    }

    private OutOfSpaceException outOfSpace(CallFrame frame, String key, long size) {
        return new OutOfSpaceException(key, size, available(frame, size), directory.path().toString());
    }

    /**
     * What can be reserved without harm. A tmpfs may be allowed to grow beyond the machine's memory; reserving that much
     * would succeed until the kernel starts to kill processes, so for large segments the memory is asked about, too.
     */
    private long available(CallFrame frame, long size) {
        long free = directory.capacity(frame).free();
        boolean inMemory = directory.kind() == ResourceKind.SHARED_MEMORY;
        return inMemory && size >= LARGE ? Math.min(free, Platform.availableMemory()) : free;
    }

    /** Takes a reference on what a key stands for, or answers {@code null} if it stands for nothing. */
    @Nullable
    OpenSegment acquire(CallFrame frame, String key) {
        OpenSegment known = byKey.get(key);
        if (known != null && directory.isNamed(frame, key, known.status()) && known.tryJoin(frame)) {
            return known;
        }
        Backoff backoff = new Backoff();
        try {
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

    /**
     * Takes a first reference on an open file, in the order that keeps a collector out: lock, and only then ask whether
     * the name still is this file. Answers {@code null}, with the file closed, if it should be opened again.
     */
    private @Nullable OpenSegment tryAcquire(CallFrame frame, String key, OpenFile file) throws UnusableException {
        OpenSegment acquired = null;
        try {
            FileStatus status = directory.checkedStatus(frame, file);
            long base = ReferenceLocks.tryTakeFirst(frame, file);
            if (base < 0 || !directory.isNamed(frame, key, status)) {
                return null;
            }
            SegmentHeader header = directory.header(frame, file, status.size());
            if (header.retired()) {
                if (directory.isNamed(frame, key, status)) {
                    throw UnusableException.invalid("a retired segment under its name", "an open one");
                }
                return null;
            }
            Mapping mapping = map(frame, key, file, status.size());
            acquired = new OpenSegment(this, key, header, status, file, mapping, base);
            acquired.countForPeers(1);
            return join(frame, acquired);
        } finally {
            if (acquired == null) {
                file.close();
            }
        }
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

    /** If another thread has opened the same segment meanwhile, its mapping is shared and the new one goes. */
    private OpenSegment join(CallFrame frame, OpenSegment acquired) {
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
        byKey.put(acquired.key(), acquired);
        return acquired;
    }

    private OpenSegment opened(OpenSegment created) {
        open.add(created);
        byKey.put(created.key(), created);
        return created;
    }

    /** Called by a segment that has been released. */
    void forget(OpenSegment segment) {
        open.remove(segment);
        byKey.remove(segment.key(), segment);
    }

    @Nullable
    ResourceLinkInfo info(CallFrame frame, String key) {
        try {
            Sighting seen = directory.look(frame, key);
            return seen == null ? null : seen.header().info(key, seen.status(), seen.refcount(), directory.clock());
        } catch (UnusableException e) {
            throw e.forKey(key);
        }
    }

    List<ResourceLinkInfo> list(CallFrame frame) {
        List<ResourceLinkInfo> infos = new ArrayList<>();
        for (String key : directory.keys(frame)) {
            try {
                Sighting seen = directory.look(frame, key);
                if (seen != null) {
                    infos.add(seen.header().info(key, seen.status(), seen.refcount(), directory.clock()));
                }
            } catch (UnusableException _) {
                // Not a segment of ours; a collection's report names it.
            }
        }
        return infos;
    }

    /**
     * Gives back every reference that is still held, and closes the directory unless some could not be given back: those
     * whose payloads are in use by native calls. Answers what went wrong, {@code null} if nothing did.
     */
    @Nullable
    Throwable close(CallFrame frame) {
        Throwable failure = null;
        for (OpenSegment segment : open) {
            try {
                segment.leave(frame, true);
            } catch (RuntimeException | Error e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (open.isEmpty()) {
            directory.close();
        }
        return failure;
    }
}
