package io.resourcelink.internal.store.directory;

import java.time.Duration;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory.Named;
import io.resourcelink.internal.store.Filling;
import io.resourcelink.internal.store.Verdict;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;

/*
 * The order: make a draft (SegmentDraft), fill it, give it its key, and only then list it as open (OpenSegments). If an
 * orphan has the key, it goes first: a segment that this factory has released and can recycle is moved away
 * (RecycledFiles.retire), every other one is collected (Collector.replace). Then naming is tried again, because another process may
 * have taken the key meanwhile. Naming never replaces a file, so of two creators one gets the key.
 *
 * A crash before the naming leaves nothing, or a file on the stage. A crash after it leaves an orphan.
 */

/**
 * Creates segments: makes a <em>draft</em>, which is a complete file without a key, and gives it its key, if necessary in place
 * of an orphan. {@link Filling} says how the payload gets into the draft. The {@link Stage} is the subdirectory for files that
 * have a name and no key. A {@link Verdict} is the collector's answer about the orphan. Thread-safe.
 */
final class Creator {

    /** How often a creation starts again because its file was refused a name. Each attempt tries another way. */
    private static final int NAMING_ATTEMPTS = 8;

    private final SegmentDirectory directory;
    private final Collector collector;
    private final RecycledFiles recycled;
    private final WarmFiles warm;
    private final OpenSegments open;
    private final Consumer<Collected> told;

    Creator(SegmentDirectory directory, Collector collector, RecycledFiles recycled, WarmFiles warm, OpenSegments open,
            Consumer<Collected> told) {
        this.directory = directory;
        this.collector = collector;
        this.recycled = recycled;
        this.warm = warm;
        this.open = open;
        this.told = told;
    }

    SegmentDirectory directory() {
        return directory;
    }

    /** Creates a segment: makes a draft and names it. */
    OpenSegment create(CallFrame frame, SegmentSpec spec) {
        for (int attempt = 0; attempt < NAMING_ATTEMPTS; attempt++) {
            OpenSegment created = name(frame, fresh(frame, spec, Filling.NONE));
            if (created != null) {
                return created;
            }
        }
        throw takenOffStage(spec.key());
    }

    /** Makes a draft. Uses a recycled file if there is one that can have the payload. */
    SegmentDraft draft(CallFrame frame, SegmentSpec spec, Filling filling) {
        SegmentSpec plan = spec.keep() ? null : recycled.plan(frame, spec);
        if (plan == null) {
            return fresh(frame, spec, filling);
        }
        IdleFile idle = recycled.take(frame, spec.payloadSize());
        SegmentDraft again = idle == null ? null : again(frame, spec, idle, filling);
        return again == null ? fresh(frame, plan, filling) : again;
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

    /** Makes a draft of a new file. If there is no room, first frees what no process uses. */
    private SegmentDraft fresh(CallFrame frame, SegmentSpec spec, Filling filling) {
        for (int attempt = 0; attempt < NAMING_ATTEMPTS; attempt++) {
            SegmentDraft draft;
            try {
                draft = SegmentDraft.make(frame, this, spec, filling);
            } catch (OutOfSpaceException _) {
                makeRoom(frame);
                draft = SegmentDraft.make(frame, this, spec.asExact(), filling);
            }
            if (draft != null) {
                return draft;
            }
        }
        throw takenOffStage(spec.key());
    }

    /**
     * Frees what this process keeps for later, and collects orphans, such as the last segment of a crashed producer. Waits
     * a quarter of a second at most for late readers of what is kept, because memory that they see is not free. Then
     * the caller tries again, whether or not this freed anything: another thread may have freed memory meanwhile.
     */
    void makeRoom(CallFrame frame) {
        warm.clear();
        Reclaimer.reclaimAllNow();
        Backoff patience = new Backoff();
        boolean sparing = true;
        while (recycled.makeRoom(frame, sparing)) {
            sparing = patience.pause();
        }
        Reclaimer.reclaimAllNow();
        collector.sweep(frame, Duration.ZERO, false).collected().forEach(told);
    }

    private static SegmentBusyException takenOffStage(String key) {
        return new SegmentBusyException(key, "its file was taken off the stage " + NAMING_ATTEMPTS + " times");
    }

    /** Names a draft, or discards it. Returns {@code null} if it cannot be named, and the caller needs a fresh one. */
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

    /** Names a draft whose payload is already written. It has no second attempt: the payload cannot be written again. */
    OpenSegment publish(CallFrame frame, SegmentDraft draft) {
        OpenSegment published = name(frame, draft);
        if (published == null) {
            throw takenOffStage(draft.key());
        }
        return published;
    }

    /**
     * Gives a finished file its key, if necessary in place of an orphan. Returns {@code false} if the caller needs a fresh
     * file.
     */
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
}
