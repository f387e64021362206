package io.resourcelink.internal.store.directory;

import java.time.Duration;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.PermissionException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.mapping.Mapping;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.Verdict;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;

/*
 * If this factory has the segment open already, the caller joins it. This is tried first and needs none of the steps below.
 * A first reference on a file is always taken in this order:
 *
 *   1. a file in hand          opened by its key, or still open from before (WarmFiles). Received ones: see Arrivals
 *   2. lock a byte of R        from here on no collector can lock all of it
 *   3. is the key this file    if not, a collector was faster, and the file that now has the key is opened instead
 *   4. copy the header, check it, map the file, count for peers without locks; a kept segment that has expired and that
 *      no other process holds is removed instead
 *   5. join                    another thread may have done the same meanwhile (OpenSegments)
 *
 * With 3 before 2, a collector could lock all of R and remove the name in between. The reference would then be on a file
 * that no process finds any more. Before 2, the file is checked: may it be a segment at all? So nothing is locked on a file
 * that is not ours.
 *
 * Another acquisition of the same expired segment looks like a holder to this one for some microseconds. So such a segment
 * is looked at again before it counts as held.
 *
 * A process that releases the segment between 2 and 4 may see the byte and leave the name to the process that locked it. So
 * if something fails after 2, this class tries to remove the name, as in a release. A crash anywhere leaves an orphan at
 * worst.
 */

/** Takes references on segments that exist already, by their keys. Thread-safe. */
final class Acquirer {

    private final SegmentDirectory directory;
    private final Collector collector;
    private final WarmFiles warm;
    private final OpenSegments open;
    private final Consumer<Collected> told;

    /** The state of an acquisition that is tried more than once. Used by one thread. */
    private static final class Attempt {

        /** How often a holder is seen before it counts as one, and not as another acquisition that runs at the moment. */
        private static final int LOOKS = 6;

        private int seenHeld;
        private boolean seenWithoutLocks;
        private boolean refused;
        private @Nullable Backoff backoff;

        /** Waits before the next try. Returns {@code false} if there have been enough. */
        boolean pause() {
            Backoff present = backoff;
            if (present == null) {
                present = new Backoff();
                backoff = present;
            }
            return present.pause();
        }

        void held(boolean withoutLocks) {
            seenHeld++;
            seenWithoutLocks = withoutLocks;
        }

        boolean isHeld(CallFrame frame, OpenFile file) {
            return seenHeld >= LOOKS && (seenWithoutLocks || ReferenceLocks.isHeldByOthers(frame, file));
        }
    }

    Acquirer(SegmentDirectory directory, Collector collector, WarmFiles warm, OpenSegments open,
            Consumer<Collected> told) {
        this.told = told;
        this.directory = directory;
        this.collector = collector;
        this.warm = warm;
        this.open = open;
    }

    /**
     * Takes a reference on the segment of a key. Returns {@code null} if the key has none. A kept segment that has expired
     * and that no process holds is removed, and counts as none.
     */
    @Nullable
    OpenSegment acquire(CallFrame frame, String key) {
        OpenSegment known = open.newest(key);
        if (known != null && directory.isNamed(frame, key, known.status()) && known.tryJoin(frame)) {
            return known;
        }
        Attempt attempt = new Attempt();
        try {
            OpenSegment again = warm.isEmpty() ? null : acquireWarm(frame, key, attempt);
            if (again != null) {
                return again;
            }
            do {
                OpenFile file = directory.open(frame, key, Access.USE);
                if (file == null) {
                    directory.ensureAlive(frame);
                    return null;
                }
                OpenSegment acquired = tryAcquire(frame, key, file, attempt);
                if (acquired != null || attempt.refused) {
                    return acquired;
                }
            } while (attempt.pause());
        } catch (UnusableException e) {
            throw e.forKey(key);
        }
        throw new SegmentBusyException(key, "a collector has it locked, or it is being replaced all the time");
    }

    /** The same, with a file that is open and mapped already, if the key is the name of one. */
    private @Nullable OpenSegment acquireWarm(CallFrame frame, String key, Attempt attempt)
            throws UnusableException {
        FileStatus status = directory.status(frame, key);
        SegmentFile kept = status == null ? null : warm.take(status);
        if (status == null || kept == null) {
            return null;
        }
        OpenSegment opened;
        try {
            opened = tryOpen(frame, key, kept.file(), directory.checked(status), kept, attempt);
        } catch (UnusableException | RuntimeException | Error e) {
            kept.release(frame, false);
            lookAfter(frame, key, e);
            throw e;
        }
        if (opened == null) {
            kept.release(frame, false);
            return null;
        }
        return open.join(frame, opened, true);
    }

    /** Takes a first reference on an open file. Returns {@code null}, with the file closed, if it should be opened again. */
    private @Nullable OpenSegment tryAcquire(CallFrame frame, String key, OpenFile file, Attempt attempt)
            throws UnusableException {
        OpenSegment opened;
        try {
            opened = tryOpen(frame, key, file, directory.checkedStatus(frame, file), null, attempt);
        } catch (UnusableException | RuntimeException | Error e) {
            file.close();
            lookAfter(frame, key, e);
            throw e;
        }
        if (opened == null) {
            file.close();
            return null;
        }
        return open.join(frame, opened, true);
    }

    /** Collects after a failure. Another process may have seen our lock and left the removal to us. */
    private void lookAfter(CallFrame frame, String key, Throwable failure) {
        try {
            collector.collect(frame, key, Duration.ZERO, false);
        } catch (RuntimeException suppressed) {
            failure.addSuppressed(suppressed);
        }
    }

    /** Uses the order that keeps a collector out: lock first, then check whether the name is still this file's. */
    private @Nullable OpenSegment tryOpen(CallFrame frame, String key, OpenFile file, FileStatus status,
            @Nullable SegmentFile kept, Attempt attempt) throws UnusableException {
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
        if (header.keep() && header.isExpired(directory.clock())
                && isGivenUp(frame, new Overdue(key, file, header, base), attempt)) {
            return null;
        }
        if (kept != null) {
            return counted(frame, new OpenSegment(open, key, header, kept, base));
        }
        Mapping mapping = Mapping.of(frame, file, status.size());
        try {
            SegmentFile mapped = SegmentFile.acquired(file, mapping, status, header);
            return counted(frame, new OpenSegment(open, key, header, mapped, base));
        } catch (Throwable e) {
            mapping.release();
            throw e;
        }
    }

    /** A kept segment that has expired, with one byte locked here. */
    private record Overdue(String key, OpenFile file, SegmentHeader header, long base) {}

    /**
     * Unlocks the byte and removes the name, as a sweep would. Returns {@code false}, with the byte still locked, if other
     * processes hold the segment. Otherwise the caller looks the key up again, or the attempt is refused.
     */
    private boolean isGivenUp(CallFrame frame, Overdue overdue, Attempt attempt) {
        if (attempt.isHeld(frame, overdue.file())) {
            return false;
        }
        ReferenceLocks.dropAll(frame, overdue.file(), overdue.base(), 1);
        switch (unlink(frame, overdue)) {
            case Verdict.Removed(Reason reason, long bytes) -> {
                attempt.refused = true;
                told.accept(new Collected(overdue.key(), directory.kind(), reason, bytes));
            }
            case Verdict.Refused _ -> attempt.refused = true;
            case Verdict.Held _ -> attempt.held(false);
            case Verdict.HeldWithoutLocks _ -> attempt.held(true);
            case Verdict.Stays _,Verdict.Gone _ -> {
                // Renewed or replaced meanwhile, or another process is about to remove it.
            }
        }
        return true;
    }

    /** If this process may not remove the name, the segment counts as expired all the same. */
    private Verdict unlink(CallFrame frame, Overdue overdue) {
        try {
            return collector.unlinkUnheld(frame, overdue.key(), overdue.file(), overdue.header(), Duration.ZERO);
        } catch (PermissionException e) {
            return new Verdict.Refused(String.valueOf(e.getMessage()));
        }
    }

    private static OpenSegment counted(CallFrame frame, OpenSegment opened) {
        opened.countForPeers(frame, 1);
        return opened;
    }
}
