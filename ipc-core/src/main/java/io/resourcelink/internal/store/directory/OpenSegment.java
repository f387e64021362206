package io.resourcelink.internal.store.directory;

import java.lang.foreign.MemorySegment;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.mapping.PeerMemory;
import io.resourcelink.internal.mapping.View;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.LockedRun;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.HeldSegment;
import io.resourcelink.internal.store.Verdict;
import io.resourcelink.segment.ResourceLinkInfo;

/*
 * States: open with n >= 1 handles, then released, for ever. All transitions happen under this object's monitor:
 *
 *   join       n -> n + 1   lock one more byte at the end of the run
 *   leave      n -> n - 1   unlock the byte at the end of the run; any will do, because only their number matters
 *   leave      1 -> released: close the view, then either RecycledFiles keeps the file with one byte locked, or:
 *              unlock, if no other process holds it try to remove the name (Collector), release the file (SegmentFile)
 *
 * The byte is unlocked before the removal of the name is tried. A locked byte would make the attempts of other processes
 * fail, and each of two last holders could leave the removal to the other. A crash anywhere leaves a file that no process
 * has locked: an orphan.
 *
 * The mapping outlives all of this by some milliseconds, because unmapping is slow. It counts as no reference. A thread that
 * still reads the old view sees what the segment contained, until the view has ended: only after that its owner fills the file
 * again (RecycledFiles).
 */

/**
 * A segment that this factory has open: one description, one mapping, and a run of locked bytes, one for each handle.
 * Thread-safe.
 */
public final class OpenSegment implements HeldSegment {

    private final OpenSegments segments;
    private final String key;
    private volatile SegmentHeader header;
    private final SegmentFile file;
    private final long base;
    private final boolean ownRecycled;
    private int handles = 1;

    /** Written under the monitor of the file. Read without one, so that no reader waits for a system call. */
    private volatile @Nullable View view;

    /** Guarded by the monitor of the file. */
    private boolean viewClosed;

    /** Takes over a file on which the first byte of a block is locked. */
    OpenSegment(OpenSegments segments, String key, SegmentHeader header, SegmentFile file, long base) {
        this(segments, key, header, file, base, false);
    }

    private OpenSegment(OpenSegments segments, String key, SegmentHeader header, SegmentFile file, long base,
            boolean ownRecycled) {
        this.ownRecycled = ownRecycled;
        this.segments = segments;
        this.key = key;
        this.header = header;
        this.file = file;
        this.base = base;
    }

    /** The same for a file that this process has made. The file is recycled if its header says so. */
    static OpenSegment made(OpenSegments segments, String key, SegmentHeader header, SegmentFile file, long base) {
        return new OpenSegment(segments, key, header, file, base, header.recycled());
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public SegmentHeader header() {
        return header;
    }

    /** Returns whether this factory made the file, and uses it again. */
    boolean isOwnRecycled() {
        return ownRecycled;
    }

    FileStatus status() {
        return file.status();
    }

    @Override
    public long size() {
        return file.status().size();
    }

    @Override
    public long directory() {
        return segments.directory().fingerprint();
    }

    @Override
    public MemorySegment payload() {
        View present = view;
        return (present == null ? openView() : present).memory().asSlice(SegmentHeader.SIZE, header.payloadSize());
    }

    private View openView() {
        synchronized (file) {
            View present = view;
            if (present == null) {
                if (viewClosed) {
                    throw closed();
                }
                present = file.view();
                if (present == null) {
                    throw new SegmentBusyException(key, "another process has locked the byte that says who reads it");
                }
                view = present;
            }
            return present;
        }
    }

    @Override
    public SegmentClock clock() {
        return segments.directory().clock();
    }

    @Override
    public boolean tryJoin() {
        try (CallFrame frame = new CallFrame()) {
            return tryJoin(frame);
        }
    }

    /** Takes one more reference. Returns {@code false} if this segment is released already. */
    synchronized boolean tryJoin(CallFrame frame) {
        if (handles == 0) {
            return false;
        }
        if (handles == ReferenceLocks.MAX_HANDLES) {
            throw new IllegalStateException("This process has " + handles + " links to segment \"" + key
                    + "\" open, which is the limit; are they closed?");
        }
        if (!ReferenceLocks.tryTake(frame, file.file(), base, handles)) {
            throw new SegmentBusyException(key, "another holder has drawn the same block of references");
        }
        handles++;
        countForPeers(frame, 1);
        return true;
    }

    /** No collector can be in the way, because this segment is held. */
    @Override
    public synchronized OpenFile openForTransit() {
        ensureOpen();
        try (CallFrame frame = new CallFrame()) {
            OpenFile own = segments.received().openHeld(frame, key, file.file(), file.status());
            return FirstReference.on(frame, own).file();
        } catch (UnusableException e) {
            throw e.forKey(key);
        }
    }

    @Override
    public void leave(boolean all) {
        try (CallFrame frame = new CallFrame()) {
            leave(frame, all);
        }
    }

    synchronized void leave(CallFrame frame, boolean all) {
        if (handles == 0) {
            return;
        }
        if (handles > 1 && !all) {
            countForPeers(frame, -1);
            ReferenceLocks.drop(frame, file.file(), base, --handles);
            return;
        }
        int dropped = handles;
        handles = 0;
        segments.forget(this);
        closeView();
        boolean kept = false;
        try {
            if (ownRecycled && dropped > 1) {
                ReferenceLocks.dropAll(frame, file.file(), base + 1, dropped - 1);
                countForPeers(frame, 1 - dropped);
                dropped = 1;
            }
            kept = ownRecycled && segments.recycled().keep(frame, key, header, file, base);
        } finally {
            if (!kept) {
                if (ownRecycled) {
                    segments.recycled().live().end(size(), header.usedSize());
                }
                countForPeers(frame, -dropped);
                releaseFile(frame, dropped);
            }
        }
    }

    private void closeView() {
        synchronized (file) {
            viewClosed = true;
            View present = view;
            if (present != null) {
                present.close();
                view = null;
            }
        }
    }

    /**
     * Drops the references. If no other process has one, tries to remove the name. A process that sees another's reference
     * may leave: the other process runs this later, and does not see the references that were dropped before.
     */
    private void releaseFile(CallFrame frame, int dropped) {
        boolean settled = false;
        try {
            ReferenceLocks.dropAll(frame, file.file(), base, dropped);
            if (ReferenceLocks.isHeldByOthers(frame, file.file())) {
                segments.release(key, header, file);
            } else if (segments.collector().unlinkUnheld(frame, key, file, header) instanceof Verdict.Removed) {
                file.release();
            } else {
                ReferenceLocks.dropExclusion(frame, file.file());
                segments.release(key, header, file);
            }
            settled = true;
        } finally {
            if (!settled) {
                file.release(frame, false);
            }
        }
    }

    /** Drops the references and does nothing else, as the kernel does when a process dies. */
    synchronized void abandon(CallFrame frame) {
        if (handles == 0) {
            return;
        }
        int dropped = handles;
        handles = 0;
        segments.forget(this);
        closeView();
        try {
            ReferenceLocks.dropAll(frame, file.file(), base, dropped);
        } finally {
            file.release();
        }
    }

    @Override
    public synchronized boolean isReleased() {
        return handles == 0;
    }

    /** {@return the references of all processes at this moment} The cost grows with the other holders and the gaps. */
    @Override
    public synchronized long refcount() {
        ensureOpen();
        try (CallFrame frame = new CallFrame()) {
            return handles + ReferenceLocks.countOthers(frame, file.file(), new LockedRun(base, handles), null);
        }
    }

    @Override
    public synchronized ResourceLinkInfo info() {
        ensureOpen();
        try (CallFrame frame = new CallFrame()) {
            FileStatus now = file.file().status(frame);
            SegmentHeader current = segments.directory().header(frame, file.file(), now.size());
            long refcount = handles
                    + ReferenceLocks.countOthers(frame, file.file(), new LockedRun(base, handles), null);
            return current.info(key, now.size(), now.links() != 0, refcount, segments.directory().clock());
        } catch (UnusableException e) {
            throw e.forKey(key);
        }
    }

    @Override
    public synchronized SegmentHeader currentHeader() {
        ensureOpen();
        try {
            SegmentHeader current = header.withLeaseOf(file.mapping().memory());
            return current;
        } catch (InternalError e) {
            throw UnusableException.truncated(key, size(), e);
        }
    }

    /** Starts the time to live again. Writes to shared memory twice. */
    @Override
    public synchronized void renew() {
        ensureOpen();
        SegmentHeader renewed = header.renewed(segments.directory().clock());
        try {
            renewed.writeLease(file.mapping().memory());
        } catch (InternalError e) {
            throw UnusableException.truncated(key, size(), e);
        }
        header = renewed;
    }

    private void ensureOpen() {
        if (handles == 0) {
            throw closed();
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException("The link to segment \"" + key + "\" is closed.");
    }

    @Override
    public void copy(MemorySegment source, MemorySegment target) {
        PeerMemory.copy(source, target);
    }

    /** Updates the header's count for peers that take no locks. */
    void countForPeers(CallFrame frame, int references) {
        segments.directory().count(frame, file, references);
    }
}
