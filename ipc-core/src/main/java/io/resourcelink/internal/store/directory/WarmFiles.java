package io.resourcelink.internal.store.directory;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.store.Verdict;
import io.resourcelink.segment.Retention;

/*
 * A file that is kept here has no lock on it, so it is no reference. Its owner may give it another key, remove it, or die.
 * It only saves an acquisition the opening and mapping. The acquisition first looks up which file has the key, then takes
 * that file from here, and then checks it like any other.
 *
 * A kept file must not keep a segment in existence either. Its memory is freed only when it is unmapped. While it is open,
 * no process can prove that no process without locks has it (ForeignHolders). So every round checks for each file whether
 * it still has a name and a holder, and if not, collects and releases it. While its owner takes it out of use, it has no
 * holder for a moment. So a file counts as left behind only if it has no holder in two rounds. A removed file stays for one
 * round at most, an orphan for two. The key may be an older one of the file's. Then the next process that looks at its
 * name removes it.
 */

/**
 * Files of recycled segments that this process has released. They stay open and mapped, because they will probably be used
 * again under other keys. Bounded. Thread-safe.
 */
final class WarmFiles {

    private record Identity(long device, long inode) {

        static Identity of(FileStatus file) {
            return new Identity(file.device(), file.inode());
        }
    }

    /**
     * @param doubted whether it had no holder in the last round
     */
    private record Kept(String key, SegmentHeader header, SegmentFile file, long sinceNanos, boolean doubted) {

        Kept doubted(boolean now) {
            return new Kept(key, header, file, sinceNanos, now);
        }
    }

    private final Collector collector;
    private final Retention retention;
    private final Runnable needsUpkeep;
    private final Map<Identity, Kept> files = new LinkedHashMap<>();
    private long bytes;

    WarmFiles(Collector collector, Retention retention, Runnable needsUpkeep) {
        this.collector = collector;
        this.retention = retention;
        this.needsUpkeep = needsUpkeep;
    }

    /** Keeps a file on which nothing is locked, or releases it. */
    synchronized void keep(String key, SegmentHeader header, SegmentFile file) {
        long size = file.mapping().size();
        Kept older = remove(Identity.of(file.status()));
        if (older != null) {
            older.file().release();
        }
        if (!makeWay(size)) {
            file.release();
            return;
        }
        needsUpkeep.run();
        files.put(Identity.of(file.status()), new Kept(key, header, file, System.nanoTime(), false));
        bytes += size;
    }

    /**
     * Returns whether there is room for one more. Releases files that are no larger, those unused for longest first.
     */
    private boolean makeWay(long size) {
        if (!retention.allows(1, size)) {
            return false;
        }
        Iterator<Kept> oldest = files.values().iterator();
        while (!retention.allows(files.size() + 1, bytes + size)) {
            if (!oldest.hasNext()) {
                return false;
            }
            Kept gone = oldest.next();
            if (gone.file().mapping().size() <= size) {
                oldest.remove();
                bytes -= gone.file().mapping().size();
                gone.file().release();
            }
        }
        return true;
    }

    synchronized boolean isEmpty() {
        return files.isEmpty();
    }

    /** Hands a file over to the caller, if it is here and its size is still the same. */
    synchronized @Nullable SegmentFile take(FileStatus file) {
        Kept kept = remove(Identity.of(file));
        if (kept == null || kept.file().status().size() == file.size()) {
            return kept == null ? null : kept.file();
        }
        kept.file().release();
        return null;
    }

    private @Nullable Kept remove(Identity identity) {
        Kept gone = files.remove(identity);
        if (gone != null) {
            bytes -= gone.file().mapping().size();
        }
        return gone;
    }

    /**
     * Releases what was kept long enough, and what no process can use again. Collects an orphan: other collectors were
     * refused as long as it was open here. Returns whether there is anything left.
     */
    synchronized boolean tidy(CallFrame frame) {
        long now = System.nanoTime();
        for (Kept kept : List.copyOf(files.values())) {
            tidy(frame, kept, now);
        }
        return !files.isEmpty();
    }

    /**
     * Does the same with the file that a key names, and with the one that was kept under it. The other files are left to the next
     * round, because this is called for each change of a name.
     *
     * @param named the file that the key names, {@code null} if it names none
     */
    synchronized void tidy(CallFrame frame, String key, @Nullable FileStatus named) {
        long now = System.nanoTime();
        for (Kept kept : List.copyOf(files.values())) {
            if (kept.key().equals(key) || (named != null && kept.file().status().isSameFileAs(named))) {
                tidy(frame, kept, now);
            }
        }
    }

    private void tidy(CallFrame frame, Kept kept, long now) {
        boolean removed = kept.file().file().status(frame).links() == 0;
        boolean unheld = removed || !ReferenceLocks.isHeldByOthers(frame, kept.file().file());
        boolean forsaken = removed || (unheld && kept.doubted());
        if (forsaken || retention.isOver(kept.sinceNanos(), now)) {
            remove(Identity.of(kept.file().status()));
            release(frame, kept, forsaken);
        } else if (unheld != kept.doubted()) {
            files.replace(Identity.of(kept.file().status()), kept.doubted(unheld));
        }
    }

    private void release(CallFrame frame, Kept kept, boolean forsaken) {
        boolean removed = false;
        try {
            removed = forsaken && collector.unlinkUnheld(frame, kept.key(), kept.file(),
                    kept.header()) instanceof Verdict.Removed;
        } catch (IpcException _) {
            // Left to the next sweep.
        } finally {
            kept.file().release(frame, removed);
        }
    }

    /** Releases everything. */
    synchronized void clear() {
        files.values().forEach(kept -> kept.file().release());
        files.clear();
        bytes = 0;
    }
}
