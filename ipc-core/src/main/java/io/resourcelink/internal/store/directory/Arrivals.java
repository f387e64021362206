package io.resourcelink.internal.store.directory;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.SegmentKey;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.mapping.Mapping;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.SentSegment;

/*
 * The first reference on the file of a received descriptor is taken in the order of an acquisition (Acquirer):
 *
 *   1. a file in hand          the received file is checked: may it be a segment, and is it no larger than its sender said?
 *                              Then this process takes a description of its own: one that it has kept (WarmFiles), or the
 *                              file opened once more. Only a file that is to be opened is first compared with the name:
 *                              a kept one is of this directory
 *   2. lock a byte of R        on the own description. The received one has its byte until the caller closes it
 *   3. is the key this file    if not, the file must have no name left
 *   4. copy the header         of the time after 2: what a kept file was before does not matter
 *   5. join                    another thread may have done the same meanwhile (OpenSegments)
 *
 * Nothing relies on the received descriptor having a byte locked. If it has one, the file is not recycled, and 3 finds the
 * segment that was sent. If it has none, the file may have been filled again between 1 and 2. Then 3 finds that the key is
 * another file's, or the segment that has the key now, complete, as an acquisition by key would.
 *
 * A segment that this factory has open under the same key needs no look at the name: its references keep the file from being
 * filled again, so the file has this name or none.
 *
 * A link in a message is never refused for its age: its reference was taken before.
 */

/** Takes references on the segments of descriptors that another process has sent. Thread-safe. */
final class Arrivals {

    private final SegmentDirectory directory;
    private final Collector collector;
    private final WarmFiles warm;
    private final OpenSegments open;
    private final ReceivedFiles files;

    Arrivals(SegmentDirectory directory, Collector collector, WarmFiles warm, OpenSegments open) {
        this.directory = directory;
        this.collector = collector;
        this.warm = warm;
        this.open = open;
        this.files = open.received();
    }

    /** Takes a reference on the segment of a received descriptor, which the caller closes. */
    OpenSegment accept(CallFrame frame, SentSegment sent, OpenFile received) {
        try {
            return acceptChecked(frame, sent.key(), received, files.checked(frame, received, sent.size()));
        } catch (UnusableException e) {
            throw e.forKey(sent.key());
        }
    }

    private OpenSegment acceptChecked(CallFrame frame, String key, OpenFile received, FileStatus status)
            throws UnusableException {
        OpenSegment known = open.known(key, status);
        if (known != null && known.tryJoin(frame)) {
            return known;
        }
        SegmentFile kept = warm.isEmpty() ? null : warm.take(status);
        OpenSegment again = kept == null ? null : acceptWarm(frame, key, kept);
        return again == null ? acceptCold(frame, key, received, status) : again;
    }

    /** Takes a first reference on a kept file. Returns {@code null}, with the file released, if a collector is at work. */
    private @Nullable OpenSegment acceptWarm(CallFrame frame, String key, SegmentFile kept) throws UnusableException {
        OpenSegment accepted = null;
        boolean named = false;
        try {
            long base = ReferenceLocks.tryTakeFirst(frame, kept.file());
            if (base < 0) {
                return null;
            }
            boolean found = files.isNamed(frame, key, kept.file(), kept.status());
            SegmentHeader header = directory.header(frame, kept);
            named = isOpen(frame, kept.file(), header, found);
            accepted = new OpenSegment(open, key, header, kept, base);
            accepted.countForPeers(frame, 1);
        } finally {
            if (accepted == null) {
                kept.release(frame, false);
            }
        }
        return open.join(frame, accepted, named);
    }

    /** Takes a first reference on a new description of this process. */
    private OpenSegment acceptCold(CallFrame frame, String key, OpenFile received, FileStatus status)
            throws UnusableException {
        FirstReference own = FirstReference.on(frame, files.openAgain(frame, key, received, status));
        OpenSegment accepted = null;
        Mapping mapping = null;
        try {
            boolean found = files.isNamed(frame, key, own.file(), status);
            SegmentHeader header = directory.header(frame, own.file(), status.size());
            boolean named = isOpen(frame, own.file(), header, found);
            mapping = Mapping.of(frame, own.file(), status.size());
            accepted = new OpenSegment(open, key, header, SegmentFile.acquired(own.file(), mapping, status, header),
                    own.base());
            accepted.countForPeers(frame, 1);
            return open.join(frame, accepted, named);
        } finally {
            if (accepted == null) {
                own.file().close();
                if (mapping != null) {
                    mapping.release();
                }
            }
        }
    }

    /**
     * Returns whether a segment is open under its name. A removal first removes the name and then marks the header as
     * retired, so a retired one has no name.
     */
    private static boolean isOpen(CallFrame frame, OpenFile file, SegmentHeader header, boolean found)
            throws UnusableException {
        boolean named = found && (!header.retired() || file.status(frame).links() != 0);
        if (named && header.retired()) {
            throw UnusableException.invalid("a retired segment under its name", "an open one");
        }
        return named;
    }

    /** Closes a descriptor that was received or meant for transit. Removes the name if no process then holds the segment. */
    void drop(CallFrame frame, String key, OpenFile transit) {
        FileStatus file;
        try (transit) {
            file = transit.status(frame);
        }
        if (SegmentKey.isValid(key)) {
            collector.collect(frame, key, file);
        }
    }
}
