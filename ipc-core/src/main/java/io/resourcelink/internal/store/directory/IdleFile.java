package io.resourcelink.internal.store.directory;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.FileStatus;

/**
 * A file that no process holds, with one byte locked for this process, on the stage.
 *
 * @param file the file, mapped
 * @param base the locked byte
 * @param usedSize how many of its bytes its last segment used; all behind them are zero
 * @param stagedAs its name there
 * @param sinceNanos when it became idle
 * @param lookedAtNanos the same, or when a late reader was last found to see it
 */
record IdleFile(SegmentFile file, long base, long usedSize, String stagedAs, long sinceNanos, long lookedAtNanos) {

    static IdleFile since(long nanos, SegmentFile file, long base, long usedSize, String stagedAs) {
        return new IdleFile(file, base, usedSize, stagedAs, nanos, nanos);
    }

    /** Returns how many bytes it occupies. */
    long size() {
        return file.mapping().size();
    }

    boolean canHold(long payloadSize) {
        return SegmentHeader.canHold(size(), payloadSize);
    }

    /** Whether a late reader was found to see it. */
    boolean wasViewed() {
        return lookedAtNanos != sinceNanos;
    }

    /** Returns whether a late reader may still access the file. If the kernel does not answer, one may. */
    boolean isViewed(CallFrame frame) {
        try {
            return file.isViewed(frame);
        } catch (IpcException _) {
            return true;
        }
    }

    /** Returns whether the file has its full size and is still on the stage. If its status cannot be read, it is not. */
    boolean isWhole(CallFrame frame) {
        try {
            FileStatus now = file.file().status(frame);
            return now.links() == 1 && now.size() == size();
        } catch (IpcException _) {
            return false;
        }
    }

    /** Frees the memory at once. If that fails, it is free when the last process has unmapped it. */
    void releaseStorage(CallFrame frame) {
        try {
            file.file().releaseStorage(frame, size());
        } catch (IpcException _) {
            // Then later.
        }
    }

    IdleFile viewed(long nowNanos) {
        return new IdleFile(file, base, usedSize, stagedAs, sinceNanos, nowNanos);
    }
}
