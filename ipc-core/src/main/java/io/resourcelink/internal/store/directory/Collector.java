package io.resourcelink.internal.store.directory;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
 * Every name that is removed is removed here, and always in this order:
 *
 *   1. lock M of the file in hand        nobody else is removing the name of this file
 *   2. lock all of R                     nobody holds a reference, and nobody can take one   (not for a forced removal)
 *   3. does the name stand for the file  if it does, it stays so: only who holds M could change it, or a process that
 *      in hand, with the same nonce?     takes no locks
 *   4. if the header's count is not 0:   nobody holds it without locks (ForeignHolders)      (not for a forced removal)
 *      has anybody else the file open?
 *      and once more 3
 *   5. unlink                            removes this file's name, and no other file's
 *
 * Without 1, two collectors could both pass 3; the slower one would then unlink the segment that was created under the
 * name meanwhile. Without 2, an acquirer could take its reference between the question whether anybody holds one and the
 * unlinking. An acquirer asks for the name after it has locked its byte: either it locked first, and 2 fails here, or it
 * finds the name gone and starts again.
 *
 * 1 and 2 are one system call if nobody is in the way. If somebody is, they are two, in this order: who drops the last
 * reference must not be turned away by M being locked, because the one who has M may have failed at 2 because of that very
 * reference. So M is waited for. Who fails at 2 may leave, because whoever made it fail will come by here.
 * Who fails at 4 because others wait for M with the file open may leave, too: the last of them is alone with it.
 * A crash leaves the file named and unlocked: an orphan, for the next sweep.
 */

/** Removes the names of segments that nobody holds. Stateless; its locks are those of the file it is given. */
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

    /** How often: some thirty milliseconds, if it is to no end, by when whoever has let go of it has closed it. */
    private static final int REPLACE_AGAIN = 16;

    private static final Verdict GONE = new Verdict.Gone();
    private static final Verdict IN_USE = new Verdict.Held(0);
    private static final Verdict BUSY = new Verdict.Busy();

    /** Removes a name for one who needs it himself, who can wait for those that have the orphan open in passing. */
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

    /** Removes a name if its segment is an orphan at least as old as given. */
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

    /** What would come of a removal. */
    private Verdict foresee(CallFrame frame, String key, Sighting seen, Duration maxAge) throws UnusableException {
        if (seen.refcount() > 0) {
            return new Verdict.Held(seen.refcount());
        }
        Verdict verdict = Verdict.onUnheld(seen.header(), seen.status().size(), maxAge, clock);
        return verdict instanceof Verdict.Removed && seen.header().mayHaveForeignHolders()
                ? foresee(frame, key, seen.header(), verdict)
                : verdict;
    }

    /** Removes the name of a kept segment whose time is over, if it has this nonce and nobody holds it. */
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

    /** Removes the name of a file that one had open himself, if it still stands for it and nobody holds it any more. */
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

    /** What would come of a removal, without a lock: those who look at the same moment may be taken for holders. */
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

    /** What is to become of a segment that nobody holds. One that stays until its time is over is noted. */
    private Verdict verdict(String key, SegmentHeader header, long size, Duration maxAge) {
        Verdict verdict = Verdict.onUnheld(header, size, maxAge, clock);
        if (verdict instanceof Verdict.Kept) {
            kept.note(key, header, clock);
        }
        return verdict;
    }

    /** Removes the name of a file that was opened to look after it, if nobody holds it and it is old enough. */
    public Verdict unlinkUnheld(CallFrame frame, String key, OpenFile file, SegmentHeader known, Duration maxAge) {
        return unlinkUnheld(frame, new Candidate(key, file, file.status(frame), known), maxAge);
    }

    /** Removes the name of a file that this process has used itself, if nobody holds it any more. */
    public Verdict unlinkUnheld(CallFrame frame, String key, SegmentFile file, SegmentHeader known) {
        return unlinkUnheld(frame, new Candidate(key, file.file(), file.status(), known), Duration.ZERO);
    }

    /** A file that holds no reference itself any more, and what is known of it; its locks go when the caller closes it. */
    private record Candidate(String key, OpenFile file, FileStatus status, SegmentHeader known) {}

    /**
     * Steps 1 to 5. A header that a peer has damaged since it was known does not save the segment: it is the same file, and
     * nobody's.
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

    /** The rest of step 3, and what follows it. */
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

    /** Step 5. What only another user may remove stays for that user, and is no failure of the one who looked after it. */
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

    /** Removes a name whoever holds the segment: steps 1, 3 and 5. Answers whether there was one. */
    boolean remove(CallFrame frame, String key) {
        Backoff backoff = new Backoff();
        try {
            do {
                try (OpenFile file = directory.open(frame, key, Access.USE)) {
                    if (file == null) {
                        return false;
                    }
                    if (tryRemove(frame, key, file)) {
                        return true;
                    }
                }
            } while (backoff.pause());
        } catch (UnusableException e) {
            throw e.forKey(key);
        }
        throw new SegmentBusyException(key, "another process is removing it, or it is being replaced all the time");
    }

    /** Answers {@code false} if somebody else is about to remove the file, or the name stands for another by now. */
    private boolean tryRemove(CallFrame frame, String key, OpenFile file) throws UnusableException {
        FileStatus status = directory.checkedStatus(frame, file);
        directory.header(frame, file, status.size());
        if (!ReferenceLocks.tryMaintain(frame, file) || !directory.isNamed(frame, key, status)
                || !directory.unlink(frame, key)) {
            return false;
        }
        frame.buffer().set(ValueLayout.JAVA_BYTE, 0, SegmentHeader.STATE_RETIRED);
        file.write(frame, frame.buffer().asSlice(0, 1), SegmentHeader.STATE_OFFSET);
        return true;
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

    /** Looks at every name of the directory. One bad file spoils nothing: it is reported, and the rest goes on. */
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

    /** Four system calls for a segment that somebody holds; how often is not asked, and its header is not read. */
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
