package io.resourcelink.internal.store.directory;

import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.segment.OrphanReport.Cause;

/**
 * A description with a single owner, on which the first byte of a block is locked. It is a segment's first reference here,
 * or a reference that will be in transit.
 *
 * @param file the description, which the owner of this record closes
 * @param base where the block begins
 */
record FirstReference(OpenFile file, long base) {

    /** Takes the reference on a file that was opened for it. If that fails, closes the file. Waits for a collector. */
    static FirstReference on(CallFrame frame, OpenFile own) throws UnusableException {
        long base = -1;
        try {
            Backoff backoff = new Backoff();
            do {
                base = ReferenceLocks.tryTakeFirst(frame, own);
            } while (base < 0 && backoff.pause());
            if (base < 0) {
                throw new UnusableException(Cause.BUSY, "somebody has all its references locked", "a free one");
            }
            return new FirstReference(own, base);
        } finally {
            if (base < 0) {
                own.close();
            }
        }
    }
}
