package io.resourcelink.internal.store.directory;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.Verdict;
import io.resourcelink.segment.RecyclingStatistics;
import io.resourcelink.segment.Retention;

/*
 * A file is recycled like this. Throughout, one byte of its references is locked for this process.
 *
 *   in use    it has a key, and this factory has links to it
 *   lent      it still has its key, but this factory's links are closed; others may hold it, and may acquire it
 *   idle      it has no key: it is on the stage, under a name that no process looks up
 *   in use    filled, with a new header and a new nonce, and moved from the stage to another key
 *
 *   lent -> idle   1. lock M and all of R       no other process holds it, can hold it, or removes its name
 *                  2. the name is this file, and the nonce and the count for peers without locks are as they were made
 *                  3. rename to the stage       a later acquirer does not find it
 *                  4. unlock all but the byte   an acquirer that has opened it by its old key locks a byte, sees that the
 *                                               name is gone, and closes it again
 *
 * So a late acquirer of the old key either finds nothing, or, if the new key is the old one, the new segment, complete. If
 * another process holds the file, 1 fails and nothing has changed. If the process is killed before 3, it leaves an orphan
 * under its key; after 3, a file on the stage that the next sweep removes, or an orphan under the new key.
 *
 * An idle file is filled again only when no late reader can access it any more: when the views of this process have ended, and
 * no other process has locked V (SegmentFile). A reader that died has locked nothing.
 *
 * A file keeps its size. It is filled again with any payload that fills at least half of it, and what is behind the payload is
 * zero (docs/design/recycling.md). How many files wait, LiveBytes says.
 *
 * A process that takes no locks may have the file open. The count for such peers shows this once the process has counted
 * itself, and then the file is not recycled. A process that has opened the file but has not counted itself yet would see
 * another segment's bytes. Such processes exist only in the directory that they share with all others, and there nothing
 * is recycled.
 */

/**
 * Files of segments that this factory has published, to be filled again when no process holds them. Their pages are there
 * and mapped, which is most of the cost of a fresh file. Bounded. Thread-safe.
 */
final class RecycledFiles {

    /** Smaller segments fit into a message, and their keys should be free at once. */
    private static final long MIN_SIZE = 4 << 10;

    /** How many idle files are looked at before a fresh one is made. */
    private static final int LOOKS = 8;

    private final SegmentDirectory directory;
    private final Collector collector;
    private final Retention retention;
    private final Runnable needsUpkeep;
    private final List<LentFile> lent = new ArrayList<>();
    private final IdleFiles idle = new IdleFiles();
    private final LiveBytes live;
    private final RoomShare share;
    private long bytes;
    private long reused;
    private final AskedSizes asked = new AskedSizes();

    RecycledFiles(SegmentDirectory directory, Collector collector, Retention retention, Runnable needsUpkeep) {
        this.directory = directory;
        this.collector = collector;
        this.retention = retention;
        this.needsUpkeep = needsUpkeep;
        this.share = new RoomShare(directory, retention);
        this.live = new LiveBytes(retention.time());
    }

    /** {@return what of the files that this factory recycles is in use} */
    LiveBytes live() {
        return live;
    }

    /**
     * Decides whether the file of a new segment is recycled later ({@code null} if not), and how large a new file for it would be. It is not
     * recycled if no segment of a similar size was asked for before and no idle or lent file can have the payload. If sizes like
     * this one were asked for, but not this very one, and little is live, a new file has room for larger payloads.
     */
    synchronized @Nullable SegmentSpec plan(CallFrame frame, SegmentSpec spec) {
        long size = spec.size();
        if (size < MIN_SIZE || !retention.allows(1, size)) {
            return null;
        }
        AskedSizes.Before before = asked.ask(size);
        if ((before == AskedSizes.Before.NEVER && !isExpected(spec.payloadSize()))
                || !(share.allowed(frame, bytes, false).allows(1, size)
                        || share.allowed(frame, bytes, true).allows(1, size))) {
            return null;
        }
        return before != AskedSizes.Before.EXACTLY && isRoomFor(frame, spec.asRoomy().fileSize())
                ? spec.asRoomy()
                : spec.asRecycled();
    }

    private boolean isRoomFor(CallFrame frame, long fileSize) {
        return share.allowed(frame, bytes, false).allows(1, bytes + fileSize)
                && live.isLittle(fileSize, Math.max(idle.largest(), fileSize));
    }

    private boolean isExpected(long payloadSize) {
        return idle.find(payloadSize) != null || lent.stream().anyMatch(back -> back.canHold(payloadSize));
    }

    /**
     * Takes a file that can have this payload, that no process holds, and that no late reader sees, {@code null} if there is none.
     * A lent file that others have released meanwhile comes before one in which a late reader was found.
     */
    synchronized @Nullable IdleFile take(CallFrame frame, long payloadSize) {
        long began = System.nanoTime();
        boolean some = !lent.isEmpty();
        for (int left = LOOKS; left > 0; left--) {
            IdleFile found = idle.find(payloadSize);
            if (some && (found == null || found.wasViewed())) {
                IdleFile back = retireOne(frame, payloadSize);
                some = back != null;
                found = some ? back : found;
            }
            if (found == null || (found.wasViewed() && found.lookedAtNanos() - began >= 0)) {
                return null;
            }
            boolean whole = found.isWhole(frame);
            if (whole && found.isViewed(frame)) {
                idle.viewed(found);
                continue;
            }
            idle.remove(found);
            if (whole) {
                bytes -= found.size();
                reused++;
                return found;
            }
            discard(frame, found);
        }
        return null;
    }

    /**
     * Keeps a file that this factory has no links to any more, with one byte of it locked at the base. Removes its name if
     * no other process holds it. If this returns {@code false}, the file still belongs to the caller.
     */
    synchronized boolean keep(CallFrame frame, String key, SegmentHeader header, SegmentFile file, long base) {
        long size = file.mapping().size();
        if (!makeWay(frame, size)) {
            return false;
        }
        LentFile back = new LentFile(key, header, file, base, System.nanoTime());
        needsUpkeep.run();
        bytes += size;
        try {
            retire(frame, back);
        } catch (VirtualMachineError _) {
            // The file was given up. It is not kept, but it does not belong to the caller any more either.
        }
        return true;
    }

    /** Returns whether there is room for one more. Discards smaller and viewed files for it, the oldest first: of less use. */
    private boolean makeWay(CallFrame frame, long size) {
        while (!share.allowed(frame, bytes, false).allows(lent.size() + idle.count() + 1, bytes + size)) {
            IdleFile less = idle.replaceableBy(size);
            if (less == null) {
                return false;
            }
            idle.remove(less);
            discard(frame, less);
        }
        return true;
    }

    /** Removes a name if it is that of a lent file, and no other process holds the file. Returns whether it was removed. */
    synchronized boolean retire(CallFrame frame, String key) {
        boolean some = false;
        for (LentFile back : List.copyOf(lent)) {
            if (back.key().equals(key) && lent.remove(back)) {
                some |= retire(frame, back);
            }
        }
        return some;
    }

    /** Returns the file that is lent under a key, or {@code null} if there is none. */
    synchronized @Nullable FileStatus lentAs(String key) {
        return lent.stream().filter(one -> one.key().equals(key)).findFirst().map(one -> one.file().status())
                .orElse(null);
    }

    /** Makes a file idle that can have this payload and that no other process holds any more. Returns {@code null} if there is none. */
    private @Nullable IdleFile retireOne(CallFrame frame, long payloadSize) {
        for (LentFile back : List.copyOf(lent)) {
            if (back.canHold(payloadSize) && lent.remove(back)) {
                retire(frame, back);
                IdleFile unused = idle.of(back.file());
                if (unused != null) {
                    return unused;
                }
            }
        }
        return null;
    }

    private void retireAll(CallFrame frame) {
        for (LentFile back : List.copyOf(lent)) {
            lent.remove(back);
            retire(frame, back);
        }
    }

    /** Makes a file idle, or lent if another process holds it. Returns {@code false} if it is lent. */
    private boolean retire(CallFrame frame, LentFile back) {
        boolean retired = tryRetire(frame, back);
        trim(frame);
        return retired;
    }

    /** The same. A file that cannot be used again, for any reason, is released like any other segment. */
    private boolean tryRetire(CallFrame frame, LentFile back) {
        OpenFile file = back.file().file();
        String staged = null;
        try {
            if (!ReferenceLocks.tryMaintainAndExclude(frame, file)) {
                lent.add(back);
                return false;
            }
            staged = isUnchanged(frame, back) ? directory.stage().take(frame, back.key()) : null;
            if (staged != null) {
                ReferenceLocks.keepFirst(frame, file, back.base());
                idle.add(back.idle(System.nanoTime(), staged));
                live.end(back.size(), back.usedSize());
                return true;
            }
        } catch (IpcException _) {
            // The stage cannot be used, for instance.
        } catch (Throwable e) {
            giveUp(frame, back);
            throw e;
        }
        if (staged == null) {
            giveUp(frame, back);
        } else {
            live.end(back.size(), back.usedSize());
            discard(frame, back.idle(0, staged));
        }
        return true;
    }

    /** Discards what is too much beside what is live. */
    private void trim(CallFrame frame) {
        while (!live.allowsIdle(idle.bytes(), idle.largest())) {
            IdleFile least = idle.leastMissed();
            if (least == null) {
                return;
            }
            idle.remove(least);
            discard(frame, least);
        }
    }

    /** Returns whether the key is the name of the unchanged file, and no process without locks has counted itself. */
    private boolean isUnchanged(CallFrame frame, LentFile back) {
        try {
            FileStatus named = directory.status(frame, back.key());
            if (named == null || !named.isSameFileAs(back.file().status())
                    || named.size() != back.file().status().size()) {
                return false;
            }
            SegmentHeader now = directory.header(frame, back.file());
            return now.nonce() == back.header().nonce() && now.countForPeers() == 0;
        } catch (UnusableException _) {
            return false;
        }
    }

    /** Drops the reference, as with any segment. What fails is left to the next sweep. */
    private void giveUp(CallFrame frame, LentFile back) {
        bytes -= back.size();
        live.end(back.size(), back.usedSize());
        boolean removed = false;
        try {
            ReferenceLocks.dropExclusion(frame, back.file().file());
            removed = collector.unlinkUnheld(frame, back.key(), back.file(),
                    back.header()) instanceof Verdict.Removed;
        } catch (IpcException _) {
            // Dropped with the file at the latest.
        } finally {
            back.file().release(frame, removed);
        }
    }

    /** Removes the name first: with it, a process could use the file again. What fails is left to the next sweep. */
    private void discard(CallFrame frame, IdleFile unused) {
        bytes -= unused.size();
        drop(frame, unused);
    }

    /** The same for a file that was taken. */
    void drop(CallFrame frame, IdleFile unused) {
        try {
            directory.stage().remove(frame, unused.stagedAs());
        } catch (IpcException _) {
            // Once it is closed, no process holds it.
        } finally {
            unused.file().release(frame, false);
        }
    }

    /** Removes what was kept long enough. Returns whether there is anything left. */
    synchronized boolean tidy(CallFrame frame) {
        drop(frame, false);
        Retention allowed = share.allowed(frame, bytes, true);
        for (IdleFile oldest : idle.all()) {
            if (!allowed.allows(lent.size() + idle.count(), bytes)) {
                idle.remove(oldest);
                discard(frame, oldest);
            }
        }
        return !lent.isEmpty() || idle.count() > 0;
    }

    /** Removes everything. */
    synchronized void clear(CallFrame frame) {
        drop(frame, true);
    }

    private void drop(CallFrame frame, boolean all) {
        retireAll(frame);
        long now = System.nanoTime();
        for (IdleFile unused : idle.all()) {
            if (all || retention.isOver(unused.sinceNanos(), now)) {
                idle.remove(unused);
                discard(frame, unused);
            }
        }
        for (LentFile back : List.copyOf(lent)) {
            if (all || retention.isOver(back.sinceNanos(), now)) {
                lent.remove(back);
                giveUp(frame, back);
            }
        }
    }

    /**
     * Removes what no process holds, because its memory is needed. Frees it at once, although others may have it mapped. A late
     * reader would see that: its file is spared, or freed when it has ended.
     *
     * @param sparing whether such files are spared, because their readers will have ended in a moment
     * @return whether there are spared files
     */
    synchronized boolean makeRoom(CallFrame frame, boolean sparing) {
        retireAll(frame);
        for (IdleFile unused : idle.all()) {
            boolean viewed = unused.isViewed(frame);
            if (!viewed || !sparing) {
                idle.remove(unused);
                if (!viewed) {
                    unused.releaseStorage(frame);
                }
                discard(frame, unused);
            }
        }
        return idle.count() > 0;
    }

    /** Leaves everything as a crash of the process would. */
    synchronized void abandon(CallFrame frame) {
        try {
            lent.forEach(back -> ReferenceLocks.dropAll(frame, back.file().file(), back.base(), 1));
            idle.all().forEach(unused -> ReferenceLocks.dropAll(frame, unused.file().file(), unused.base(), 1));
        } catch (IpcException _) {
            // For others the process is dead, and closing drops the locks, too.
        }
        lent.forEach(back -> back.file().release());
        idle.all().forEach(unused -> unused.file().release());
        lent.clear();
        idle.clear();
        bytes = 0;
    }

    /** Returns how many bytes are idle, and would be freed if room were short. */
    synchronized long idleBytes() {
        return idle.bytes();
    }

    synchronized RecyclingStatistics statistics() {
        return new RecyclingStatistics(reused, lent.size(), idle.count(), bytes);
    }
}
