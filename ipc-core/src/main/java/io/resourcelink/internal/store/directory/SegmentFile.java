package io.resourcelink.internal.store.directory;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.mapping.Mapping;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;

/**
 * The file of a segment in one process: one description, which has the locks, and a mapping of the whole file.
 *
 * @param file the description, never sent to another process
 * @param mapping the whole file, header first
 * @param status which file it is, and how large it was when it was opened
 */
record SegmentFile(OpenFile file, Mapping mapping, FileStatus status) {

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
