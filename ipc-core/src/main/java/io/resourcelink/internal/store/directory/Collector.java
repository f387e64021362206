package io.resourcelink.internal.store.directory;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.store.ForeignHolder;
import io.resourcelink.internal.store.KeptNotes;
import io.resourcelink.internal.store.Verdict;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;
import io.resourcelink.segment.OrphanReport.Skipped;

/*
 * The key of every segment is unlinked here, always in this order. (Stage unlinks files without a key, and RecycledFiles moves
 * files away from their keys; it locks and asks the same.)
 *
 *   1. lock M of the file in hand        no other collector is removing the name of this file
 *   2. lock all of R                     no process holds a reference or can take one        (not for a forced removal)
 *   3. is it still the name of the file  if it is, it stays so: only the holder of M could change it, or a process that
 *      in hand, with the same nonce?     takes no locks
 *   4. if the header's count is not 0:   no process holds it without locks (ForeignHolders)  (not for a forced removal)
 *      does another have the file open?
 *      and once more 3
 *   5. unlink                            removes this file's name, and no other file's
 *
 * Without 1, two collectors could both pass 3. The slower one would then unlink the segment that was created under the
 * name meanwhile. Without 2, an acquirer could take its reference after the collector has found none, and before it
 * unlinks. An acquirer looks up the name after it has locked its byte. Either it locked first, and 2 fails here, or it
 * finds the name gone and starts again.
 *
 * If no other process is in the way, 1 and 2 are one system call. Otherwise they are two, in this order. A process that
 * dropped the last reference must wait for M. The process that has M may have failed at 2 because of that reference. A
 * collector that fails at 2 may give up, because the holder that made it fail runs this code later. A collector that
 * fails at 4 because others wait for M with the file open may give up, too: the last waiting process will be alone with
 * the file and will succeed. A crash leaves the file named and unlocked: an orphan, for the next sweep.
 */

/** Unlinks the keys of segments that no process holds. Stateless; its locks are those of the file it is given. */
public final class Collector {

    private final SegmentDirectory directory;
    private final SegmentClock clock;
    private final ForeignHolders foreignHolders;
    private final KeptNotes kept;

    public Collector(SegmentDirectory directory) {
        this(directory, KeptNotes.NONE);
    }

    public Collector(SegmentDirectory directory, KeptNotes kept) {
        this(directory, ForeignHolders.of(directory), kept);
    }

    public Collector(SegmentDirectory directory, ForeignHolders foreignHolders) {
        this(directory, foreignHolders, KeptNotes.NONE);
    }

    private Collector(SegmentDirectory directory, ForeignHolders foreignHolders, KeptNotes kept) {
        this.kept = kept;
        this.directory = directory;
        this.foreignHolders = foreignHolders;
        this.clock = directory.clock();
    }

    /** How often {@code replace} tries again, in about 30 ms. A process that released the file closes it in that time. */
    private static final int REPLACE_AGAIN = 16;

    private static final Verdict GONE = new Verdict.Gone();
    private static final Verdict IN_USE = new Verdict.Held(0);
    private static final Verdict BUSY = new Verdict.Busy();

    /** Removes a name that the caller needs itself. Waits for processes that have the orphan open for a moment. */
    Verdict replace(CallFrame frame, String key) {
        Verdict outcome = collect(frame, key, Duration.ZERO, false);
        Backoff backoff = new Backoff();
        for (int again = 0; again < REPLACE_AGAIN && isHeldInPassing(outcome) && backoff.pause(); again++) {
            outcome = collect(frame, key, Duration.ZERO, false);
        }
        return outcome;
    }

    private static boolean isHeldInPassing(Verdict outcome) {
        return outcome instanceof Verdict.HeldWithoutLocks(ForeignHolder holder) && holder == ForeignHolder.HAS_IT_OPEN;
    }

    /** Removes a name if its segment is an orphan of at least the given age. */
    public Verdict collect(CallFrame frame, String key, Duration maxAge, boolean dryRun) {
        try {
            Sighting seen = directory.look(frame, key);
            if (seen == null) {
                return GONE;
            }
            return dryRun ? foresee(frame, key, seen, maxAge) : collect(frame, key, seen, maxAge);
        } catch (UnusableException e) {
            return new Verdict.Unusable(e.reason(), e.found());
        }
    }

    private Verdict collect(CallFrame frame, String key, Sighting seen, Duration maxAge) throws UnusableException {
        if (seen.refcount() > 0) {
            return new Verdict.Held(seen.refcount());
        }
        Verdict verdict = verdict(key, seen.header(), seen.status().size(), maxAge);
        if (!(verdict instanceof Verdict.Removed)) {
            return verdict;
        }
        try (OpenFile file = directory.open(frame, key, Access.USE)) {
            return file == null ? GONE : unlinkUnheld(frame, key, file, seen.header(), maxAge);
        }
    }

    /** Returns what a removal would do. */
    private Verdict foresee(CallFrame frame, String key, Sighting seen, Duration maxAge) throws UnusableException {
        if (seen.refcount() > 0) {
            return new Verdict.Held(seen.refcount());
        }
        Verdict verdict = Verdict.onUnheld(seen.header(), seen.status().size(), maxAge, clock);
        return verdict instanceof Verdict.Removed && seen.header().mayHaveForeignHolders()
                ? foresee(frame, key, seen.header(), verdict)
                : verdict;
    }

    /** Removes the name of a kept segment that has expired, if it has this nonce and no process holds it. */
    Verdict collectExpired(CallFrame frame, String key, long nonce) {
        try {
            Sighting seen = directory.look(frame, key);
            if (seen == null || seen.header().nonce() != nonce || !seen.header().keep()) {
                return GONE;
            }
            return collect(frame, key, seen, Duration.ZERO);
        } catch (UnusableException e) {
            return new Verdict.Unusable(e.reason(), e.found());
        }
    }

    /** Removes the name of a file that the caller had open, if it is still the name of that file and no process holds it. */
    public Verdict collect(CallFrame frame, String key, FileStatus file) {
        try {
            Sighting seen = directory.look(frame, key);
            if (seen == null || !seen.status().isSameFileAs(file)) {
                return GONE;
            }
            if (seen.refcount() > 0) {
                return new Verdict.Held(seen.refcount());
            }
            try (OpenFile opened = directory.open(frame, key, Access.USE)) {
                return opened == null ? GONE : unlinkUnheld(frame, key, opened, seen.header(), Duration.ZERO);
            }
        } catch (UnusableException e) {
            return new Verdict.Unusable(e.reason(), e.found());
        }
    }

    /** Returns what a removal would do, without a lock. It may take a process that looks at the same moment for a holder. */
    private Verdict foresee(CallFrame frame, String key, SegmentHeader header, Verdict verdict)
            throws UnusableException {
        try (OpenFile file = directory.open(frame, key, Access.LOOK)) {
            if (file == null) {
                return GONE;
            }
            ForeignHolder holder = foreignHolders.exclude(frame, file, file.status(frame), header);
            if (holder != null) {
                return new Verdict.HeldWithoutLocks(holder);
            }
            file.letOthersIn(frame);
            return verdict;
        }
    }

    /** Decides about a segment that no process holds. If the segment stays until it expires, it is noted for then. */
    private Verdict verdict(String key, SegmentHeader header, long size, Duration maxAge) {
        Verdict verdict = Verdict.onUnheld(header, size, maxAge, clock);
        if (verdict instanceof Verdict.Kept) {
            kept.note(key, header, clock);
        }
        return verdict;
    }

    /** Removes the name of a file that was opened for its collection, if no process holds it and it is old enough. */
    public Verdict unlinkUnheld(CallFrame frame, String key, OpenFile file, SegmentHeader known, Duration maxAge) {
        return unlinkUnheld(frame, new Candidate(key, file, file.status(frame), known), maxAge);
    }

    /** Removes the name of a file that this process has used itself, if no process holds it any more. */
    public Verdict unlinkUnheld(CallFrame frame, String key, SegmentFile file, SegmentHeader known) {
        return unlinkUnheld(frame, new Candidate(key, file.file(), file.status(), known), Duration.ZERO);
    }

    /** A file on which this process holds no reference any more, and what is known of it. Closing it drops its locks. */
    private record Candidate(String key, OpenFile file, FileStatus status, SegmentHeader known) {}

    /**
     * Steps 1 to 5. The segment is removed even if a peer has damaged its header since it was read: it is the same file, and
     * no process holds it.
     */
    private Verdict unlinkUnheld(CallFrame frame, Candidate candidate, Duration maxAge) {
        OpenFile file = candidate.file();
        if (!ReferenceLocks.tryMaintainAndExclude(frame, file)) {
            if (!maintain(frame, file)) {
                return BUSY;
            }
            if (!ReferenceLocks.tryExclude(frame, file)) {
                return IN_USE;
            }
        }
        return directory.isNamed(frame, candidate.key(), candidate.status())
                ? unlinkExcluded(frame, candidate, maxAge)
                : GONE;
    }

    /** The rest of step 3, then steps 4 and 5. */
    private Verdict unlinkExcluded(CallFrame frame, Candidate candidate, Duration maxAge) {
        SegmentHeader header = currentHeader(frame, candidate);
        if (header.nonce() != candidate.known().nonce()) {
            return GONE;
        }
        Verdict verdict = verdict(candidate.key(), header, candidate.status().size(), maxAge);
        if (!(verdict instanceof Verdict.Removed)) {
            return verdict;
        }
        String key = candidate.key();
        if (!header.mayHaveForeignHolders()) {
            return unlink(frame, candidate, verdict);
        }
        ForeignHolder holder = foreignHolders.exclude(frame, candidate.file(), candidate.status(), header);
        if (holder != null) {
            return new Verdict.HeldWithoutLocks(holder);
        }
        try {
            return directory.isNamed(frame, key, candidate.status()) ? unlink(frame, candidate, verdict) : GONE;
        } finally {
            candidate.file().letOthersIn(frame);
        }
    }

    /** Step 5. A file that only another user may remove stays for that user. For this process that is no failure. */
    private Verdict unlink(CallFrame frame, Candidate candidate, Verdict verdict) {
        try {
            return directory.unlink(frame, candidate.key()) ? verdict : GONE;
        } catch (PermissionException e) {
            if (candidate.status().owner() == Platform.userId()) {
                throw e;
            }
            return new Verdict.Refused(String.valueOf(e.getMessage()));
        }
    }

    private SegmentHeader currentHeader(CallFrame frame, Candidate candidate) {
        try {
            return directory.header(frame, candidate.file(), candidate.status().size());
        } catch (UnusableException _) {
            return candidate.known();
        }
    }

    /** Removes a name even if processes hold the segment: steps 1, 3 and 5. Returns whether there was one. */
    boolean remove(CallFrame frame, String key) {
        return remove(frame, key, null);
    }

    /** The same for the segment with this nonce alone. */
    boolean remove(CallFrame frame, String key, @Nullable Long nonce) {
        Backoff backoff = new Backoff();
        try {
            do {
                try (OpenFile file = directory.open(frame, key, Access.USE)) {
                    if (file == null) {
                        return false;
                    }
                    Removal removal = tryRemove(frame, key, file, nonce);
                    if (removal != Removal.AGAIN) {
                        return removal == Removal.DONE;
                    }
                }
            } while (backoff.pause());
        } catch (UnusableException e) {
            throw e.forKey(key);
        }
        throw new SegmentBusyException(key, "another process is removing it, or it is being replaced all the time");
    }

    /** {@code AGAIN}: another process is about to remove the file, or it is now the name of another file. */
    private enum Removal {
        DONE, OTHER_NONCE, AGAIN
    }

    private Removal tryRemove(CallFrame frame, String key, OpenFile file, @Nullable Long nonce)
            throws UnusableException {
        FileStatus status = directory.checkedStatus(frame, file);
        directory.header(frame, file, status.size());
        if (!ReferenceLocks.tryMaintain(frame, file) || !directory.isNamed(frame, key, status)) {
            return Removal.AGAIN;
        }
        if (nonce != null && directory.header(frame, file, status.size()).nonce() != nonce) {
            return Removal.OTHER_NONCE;
        }
        if (!directory.unlink(frame, key)) {
            return Removal.AGAIN;
        }
        frame.buffer().set(ValueLayout.JAVA_BYTE, 0, SegmentHeader.STATE_RETIRED);
        file.write(frame, frame.buffer().asSlice(0, 1), SegmentHeader.STATE_OFFSET);
        return Removal.DONE;
    }

    private static boolean maintain(CallFrame frame, OpenFile file) {
        Backoff backoff = new Backoff();
        while (!ReferenceLocks.tryMaintain(frame, file)) {
            if (!backoff.pause()) {
                return false;
            }
        }
        return true;
    }

    /** Looks at every name of the directory. Reports a bad file and continues with the others. */
    OrphanReport sweep(CallFrame frame, Duration maxAge, boolean dryRun) {
        List<Collected> collected = new ArrayList<>();
        List<Skipped> skipped = new ArrayList<>();
        for (String key : directory.keys(frame)) {
            switch (outcome(frame, key, maxAge, dryRun)) {
                case Verdict.Removed(Reason reason, long bytes) ->
                    collected.add(new Collected(key, directory.kind(), reason, bytes));
                case Verdict.Stays stays ->
                    skipped.add(new Skipped(key, directory.kind(), stays.cause(), stays.detail()));
                case Verdict.Gone _ -> {
                }
            }
        }
        if (!dryRun) {
            try {
                directory.stage().clear(frame, directory.kind(), collected);
            } catch (IpcException e) {
                skipped.add(new Skipped(Stage.NAME, directory.kind(), Cause.FAILED,
                        String.valueOf(e.getMessage())));
            }
        }
        return new OrphanReport(collected, skipped);
    }

    /** For a segment that is held, neither counts the references nor reads the header. */
    private Verdict outcome(CallFrame frame, String key, Duration maxAge, boolean dryRun) {
        try {
            return isHeld(frame, key) ? IN_USE : collect(frame, key, maxAge, dryRun);
        } catch (UnusableException e) {
            return new Verdict.Unusable(e.reason(), e.found());
        } catch (IpcException e) {
            return new Verdict.Refused(String.valueOf(e.getMessage()));
        }
    }

    private boolean isHeld(CallFrame frame, String key) throws UnusableException {
        try (OpenFile file = directory.open(frame, key, Access.LOOK)) {
            if (file == null) {
                return false;
            }
            directory.checkedStatus(frame, file);
            return ReferenceLocks.isHeldByOthers(frame, file);
        }
    }
}
