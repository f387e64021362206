package io.resourcelink;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.os.CallFrame;
import io.resourcelink.os.FileStatus;

/*
 * A file that is kept here has no lock on it, so it is nobody's reference: its owner may give it another key, remove it, or
 * die. It is only a faster way to what an acquisition opens and maps anyway, taken after the name was asked which file it
 * stands for, and checked like any other afterwards.
 *
 * It must not be a reason to keep a segment either. Its memory is freed when the mapping goes, and while it is open nobody
 * can prove that no process without locks has it (ForeignHolders). So every round asks for each whether it has a name and a
 * holder still, and lets it go if not: a removed or orphaned one stays for a round at most.
 */

/**
 * Files of recycled segments that this process has released, open and mapped still, because they will probably come again
 * under other keys. Bounded. Thread-safe.
 */
final class WarmFiles {

    private record Identity(long device, long inode) {

        static Identity of(FileStatus file) {
            return new Identity(file.device(), file.inode());
        }
    }

    private record Kept(SegmentFile file, long sinceNanos) {}

    private final Retention retention;
    private final Runnable needsUpkeep;
    private final Map<Identity, Kept> files = new LinkedHashMap<>();
    private long bytes;

    WarmFiles(Retention retention, Runnable needsUpkeep) {
        this.retention = retention;
        this.needsUpkeep = needsUpkeep;
    }

    /** Keeps a file on which nothing is locked, or lets it go. Others may go for it: those that were not used the longest. */
    synchronized void keep(SegmentFile file) {
        long size = file.mapping().size();
        if (!retention.allows(1, size)) {
            file.release();
            return;
        }
        remove(Identity.of(file.status()), true);
        for (Iterator<Kept> oldest = files.values().iterator(); oldest.hasNext()
                && !retention.allows(files.size() + 1, bytes + size);) {
            Kept gone = oldest.next();
            oldest.remove();
            bytes -= gone.file().mapping().size();
            gone.file().release();
        }
        files.put(Identity.of(file.status()), new Kept(file, System.nanoTime()));
        bytes += size;
        needsUpkeep.run();
    }

    synchronized boolean isEmpty() {
        return files.isEmpty();
    }

    /** Hands a file over to somebody who will use it, if it is here and its size is still the same. */
    synchronized @Nullable SegmentFile take(FileStatus file) {
        SegmentFile kept = remove(Identity.of(file), false);
        if (kept != null && kept.status().size() != file.size()) {
            kept.release();
            return null;
        }
        return kept;
    }

    private @Nullable SegmentFile remove(Identity identity, boolean release) {
        Kept gone = files.remove(identity);
        if (gone == null) {
            return null;
        }
        bytes -= gone.file().mapping().size();
        if (release) {
            gone.file().release();
        }
        return gone.file();
    }

    /**
     * Lets go of what was kept long enough, and of what nobody can come back to. Two system calls for each. Answers whether
     * there is anything left.
     */
    synchronized boolean tidy(CallFrame frame) {
        List<Identity> over = new ArrayList<>();
        long now = System.nanoTime();
        files.forEach((identity, kept) -> {
            if (retention.isOver(kept.sinceNanos(), now) || isForsaken(frame, kept.file())) {
                over.add(identity);
            }
        });
        over.forEach(identity -> remove(identity, true));
        return !files.isEmpty();
    }

    private static boolean isForsaken(CallFrame frame, SegmentFile file) {
        return file.file().status(frame).links() == 0
                || file.file().findLock(frame, ReferenceLocks.REFERENCES, ReferenceLocks.REFERENCES_LENGTH) == null;
    }

    /** Lets go of everything. */
    synchronized void clear() {
        files.values().forEach(kept -> kept.file().release());
        files.clear();
        bytes = 0;
    }
}
