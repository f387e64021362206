package io.resourcelink.internal.store.directory;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.mapping.Mapping;
import io.resourcelink.internal.mapping.View;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;

/*
 * If the file's owner recycles it, the owner must know whether a thread of this process may still access the memory. So a lock
 * on V accompanies the views:
 *
 *   first view      lock V, then open the view
 *   last view ends  unlock V, unless a new view was opened meanwhile
 *   file closed     the kernel drops the lock, as it does when the process dies
 *
 * The views of a factory that made the file need no lock: it asks the mapping. This object's monitor guards the lock. It is
 * held over both system calls, for which only the first reader of a segment ever waits.
 */

/**
 * The file of a segment in one process: one description, which has the locks and is never sent to another process, and a
 * mapping of the whole file, header first. Thread-safe.
 */
final class SegmentFile implements Mapping.Audience {

    private final OpenFile file;
    private final Mapping mapping;
    private final FileStatus status;
    private final boolean recycledByOthers;
    private boolean viewsLocked;

    private SegmentFile(OpenFile file, Mapping mapping, FileStatus status, boolean recycledByOthers) {
        this.file = file;
        this.mapping = mapping;
        this.status = status;
        this.recycledByOthers = recycledByOthers;
        if (recycledByOthers) {
            mapping.audience(this);
        }
    }

    /** A file that this factory has made. */
    static SegmentFile made(OpenFile file, Mapping mapping, FileStatus status) {
        return new SegmentFile(file, mapping, status, false);
    }

    /** A file that this factory has acquired. Its header says whether its owner recycles it. */
    static SegmentFile acquired(OpenFile file, Mapping mapping, FileStatus status, SegmentHeader header) {
        return new SegmentFile(file, mapping, status, header.recycled());
    }

    OpenFile file() {
        return file;
    }

    Mapping mapping() {
        return mapping;
    }

    /** {@return which file it is, and how large it was when it was opened} */
    FileStatus status() {
        return status;
    }

    /** Shows the memory, for a caller with a reference. Returns {@code null} if another process does not let it. */
    @Nullable
    View view() {
        if (!recycledByOthers) {
            return mapping.view();
        }
        synchronized (this) {
            View opened = null;
            try {
                if (!viewsLocked) {
                    try (CallFrame frame = new CallFrame()) {
                        viewsLocked = ReferenceLocks.tryView(frame, file);
                    }
                }
                opened = viewsLocked ? mapping.view() : null;
                return opened;
            } finally {
                if (opened == null && viewsLocked) {
                    // For lack of heap, for instance. The lock must not stay for a view that does not exist.
                    mapping.tellLater();
                }
            }
        }
    }

    @Override
    public synchronized void viewsHaveEnded() {
        if (viewsLocked && !mapping.isShown()) {
            try (CallFrame frame = new CallFrame()) {
                ReferenceLocks.endViews(frame, file);
                viewsLocked = false;
            }
        }
    }

    /** Returns whether a thread, of this process or another, may still access the memory as it was filled the last time. */
    boolean isViewed(CallFrame frame) {
        return mapping.isShown() || ReferenceLocks.isViewedByOthers(frame, file);
    }

    /** Releases both. The file is unmapped and closed some milliseconds later. Locks on it are held until then. */
    void release() {
        mapping.release(file);
    }

    /** Releases both. First drops a collector's locks, unless it has removed the name, so that no process waits for them. */
    void release(CallFrame frame, boolean removed) {
        try {
            if (!removed) {
                ReferenceLocks.dropExclusion(frame, file);
            }
        } catch (IpcException _) {
            // Closing the file drops the locks.
        } finally {
            release();
        }
    }
}
