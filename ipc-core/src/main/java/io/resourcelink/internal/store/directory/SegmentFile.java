package io.resourcelink.internal.store.directory;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.mapping.Mapping;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;

/**
 * The file of a segment as a process has it: one description, which the locks are on, and a mapping of all of it.
 *
 * @param file the description, never sent to anybody
 * @param mapping the whole file, header first
 * @param status which file it is, and how large it was when it was opened
 */
record SegmentFile(OpenFile file, Mapping mapping, FileStatus status) {

    /** Lets go of both. They are unmapped and closed some milliseconds later, and what is locked still is locked so long. */
    void release() {
        mapping.release(file);
    }

    /** Drops what a collector has locked, unless it has removed the name, so that nobody waits for it; and lets go of both. */
    void release(CallFrame frame, boolean removed) {
        try {
            if (!removed) {
                ReferenceLocks.dropExclusion(frame, file);
            }
        } catch (IpcException _) {
            // Dropped when it is closed.
        } finally {
            release();
        }
    }
}
