package io.resourcelink;

import java.lang.foreign.MemorySegment;
import java.time.Duration;

import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.memory.Mapping;
import io.resourcelink.os.CallFrame;
import io.resourcelink.os.FileStatus;
import io.resourcelink.os.OpenFile;
import io.resourcelink.os.Platform;

/*
 * States: open with n >= 1 handles, then released, for ever. All transitions happen under this object's monitor:
 *
 *   join       n -> n + 1   lock one more byte at the end of the run
 *   leave      n -> n - 1   unlock the byte at the end of the run; any will do, the kernel only counts them
 *   leave      1 -> released: unmap, unlock, try to remove the name (Collector), close the descriptor
 *
 * The order of a release matters. Unmapped first: when the last byte is unlocked, nobody in this process can touch the
 * memory any more. Unlocked before the name is tried: the byte would make the attempts of others fail, and each of two
 * last holders could leave it to the other. A crash anywhere leaves a file that nobody has locked: an orphan.
 */

/**
 * A segment as this factory has it open: one description, one mapping, and a run of locked bytes, one for each handle.
 * Thread-safe.
 */
final class OpenSegment implements HeldSegment {

    private final SegmentStore store;
    private final String key;
    private volatile SegmentHeader header;
    private final FileStatus status;
    private final OpenFile file;
    private final Mapping mapping;
    private final long base;
    private int handles = 1;

    /** Takes over a file on which the first byte of a block is locked. */
    OpenSegment(SegmentStore store, String key, SegmentHeader header, FileStatus status, OpenFile file, Mapping mapping,
            long base) {
        this.store = store;
        this.key = key;
        this.header = header;
        this.status = status;
        this.file = file;
        this.mapping = mapping;
        this.base = base;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public SegmentHeader header() {
        return header;
    }

    FileStatus status() {
        return status;
    }

    @Override
    public long size() {
        return status.size();
    }

    @Override
    public MemorySegment payload() {
        return mapping.memory().asSlice(SegmentHeader.SIZE);
    }

    @Override
    public SegmentClock clock() {
        return store.directory().clock();
    }

    /** Takes one more reference, unless this segment is released already. One system call. */
    @Override
    public synchronized boolean tryJoin(CallFrame frame) {
        if (handles == 0) {
            return false;
        }
        if (handles == ReferenceLocks.MAX_HANDLES) {
            throw new IllegalStateException("This process has " + handles + " links to segment \"" + key
                    + "\" open, which is the limit; are they closed?");
        }
        if (!ReferenceLocks.tryTake(frame, file, base, handles)) {
            throw new SegmentBusyException(key, "another holder has drawn the same block of references");
        }
        handles++;
        countForPeers(1);
        return true;
    }

    /** Four system calls. No collector can be in the way, because this segment is held. */
    @Override
    public synchronized OpenFile openForTransit(CallFrame frame) {
        ensureOpen();
        return store.openWithReference(frame, key, file, status);
    }

    @Override
    public synchronized void leave(CallFrame frame, boolean all) {
        if (handles == 0) {
            return;
        }
        if (handles > 1 && !all) {
            countForPeers(-1);
            ReferenceLocks.drop(frame, file, base, --handles);
            return;
        }
        countForPeers(-handles);
        try {
            mapping.close();
        } catch (IllegalStateException e) {
            if (mapping.isOpen()) {
                countForPeers(handles);
                throw e;
            }
        } finally {
            if (!mapping.isOpen()) {
                letGo(frame);
            }
        }
    }

    private void letGo(CallFrame frame) {
        int dropped = handles;
        handles = 0;
        store.forget(this);
        try (file) {
            ReferenceLocks.dropAll(frame, file, base, dropped);
            store.collector().unlinkUnheld(frame, key, file, header, Duration.ZERO);
        }
    }

    /** Lets the kernel drop the references, as it does when a process dies. */
    synchronized void abandon() {
        handles = 0;
        store.forget(this);
        try (file) {
            mapping.close();
        }
    }

    @Override
    public synchronized boolean isReleased() {
        return handles == 0;
    }

    /** {@return the references of all processes at this moment} One system call for each other holder and gap. */
    @Override
    public synchronized long refcount() {
        ensureOpen();
        try (CallFrame frame = new CallFrame()) {
            return handles + ReferenceLocks.countOthers(frame, file);
        }
    }

    @Override
    public synchronized ResourceLinkInfo info() {
        ensureOpen();
        try (CallFrame frame = new CallFrame()) {
            FileStatus now = file.status(frame);
            SegmentHeader current = store.directory().header(frame, file, now.size());
            long refcount = handles + ReferenceLocks.countOthers(frame, file);
            return current.info(key, now.size(), now.links() != 0, refcount, store.directory().clock());
        } catch (UnusableException e) {
            throw e.forKey(key);
        }
    }

    @Override
    public synchronized SegmentHeader currentHeader() {
        ensureOpen();
        try {
            SegmentHeader current = header.withLeaseOf(mapping.memory());
            Platform.surfaceFaults();
            return current;
        } catch (InternalError e) {
            throw UnusableException.truncated(key, status.size(), e);
        }
    }

    /** Lets the time to live begin anew. Two writes into shared memory. */
    @Override
    public synchronized void renew() {
        ensureOpen();
        SegmentHeader renewed = header.renewed(store.directory().clock());
        try {
            renewed.writeLease(mapping.memory());
            Platform.surfaceFaults();
        } catch (InternalError e) {
            throw UnusableException.truncated(key, status.size(), e);
        }
        header = renewed;
    }

    private void ensureOpen() {
        if (handles == 0) {
            throw new IllegalStateException("The link to segment \"" + key + "\" is closed.");
        }
    }

    @Override
    public void surfaceFaults() {
        Platform.surfaceFaults();
    }

    /** Keeps the header's count for peers without locks. */
    void countForPeers(int delta) {
        try {
            SegmentHeader.addToRefcount(mapping.memory(), delta);
            Platform.surfaceFaults();
        } catch (InternalError _) {
            // A peer has truncated the file. The count decides nothing, and letting go must always work.
        }
    }
}
