package io.resourcelink.internal.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.resourcelink.error.IpcException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.segment.ResourceKind;

/*
 *   book ---> booked ---made---> noted ---its name is gone---> forgotten
 *                |                                                ^
 *                +---closed without it----------------------------+
 *
 * A segment counts from before its memory is taken until its name is gone. Other processes remove names without a word to this
 * one. So nothing is subtracted when a segment is released or removed here. Instead, a thread that finds the bound used up asks
 * for each noted segment whether it is still there, and does so again at an interval, or as soon as this factory has removed
 * something. As long as there is room, no question is asked.
 *
 * The lock guards the numbers. Code inside it never calls the store.
 */

/** The bytes of kept segments that one factory has made and that still have their names, and their bound. Thread-safe. */
public final class KeptBudget {

    /** How long a thread waits before it looks again what other processes have removed. */
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final KeptBound bound;
    private final Presence presence;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** In the order in which they were made. */
    private final Map<Kept, Long> noted = new LinkedHashMap<>();
    private long used;

    /** How often something may have made room. A thread that saw none waits for the next one. */
    private long changes;

    /** Asks whether a segment still has its name. */
    interface Presence {

        boolean isThere(ResourceKind kind, String key, long nonce);
    }

    private record Kept(ResourceKind kind, String key, long nonce) {}

    KeptBudget(KeptBound bound, Presence presence) {
        this.bound = bound;
        this.presence = presence;
    }

    /** The bytes of one segment that is being made. Closed, they are free again, unless it was made. Used by one thread. */
    public final class Booking implements AutoCloseable {

        private final long size;
        private boolean open;

        private Booking(long size) {
            this.size = size;
            this.open = size > 0;
        }

        /** Counts the segment until its name is gone. */
        public void made(HeldSegment segment) {
            if (open) {
                open = false;
                note(new Kept(segment.header().kind(), segment.key(), segment.header().nonce()), size);
            }
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                subtract(size);
            }
        }
    }

    /**
     * Books the bytes of a segment that is about to be made, and waits for room if the bound says so.
     *
     * @throws OutOfSpaceException if there is no room
     */
    public Booking book(SegmentSpec spec) {
        if (!spec.keep() || bound.bytes() == Long.MAX_VALUE) {
            return new Booking(0);
        }
        long begin = System.nanoTime();
        long longest = spec.size() > bound.bytes() ? 0 : TimeUnit.NANOSECONDS.convert(bound.timeout());
        for (boolean last = longest <= 0;; last = System.nanoTime() - begin >= longest) {
            long before = changes();
            if (tryBook(spec.size()) || tryBookAfterGone(spec.size())) {
                return new Booking(spec.size());
            }
            if (last || !awaitChange(before, Math.min(INTERVAL_NANOS, longest - (System.nanoTime() - begin)))) {
                throw refused(spec);
            }
        }
    }

    /** {@return how many bytes may be kept; {@link Long#MAX_VALUE} if nothing bounds them} */
    public long bound() {
        return bound.bytes();
    }

    /** {@return how many bytes are kept, 0 if nothing bounds them} Asks for each segment whether it is still there. */
    public long bytes() {
        for (Kept kept : noted()) {
            if (!isThere(kept)) {
                forget(kept);
            }
        }
        lock.lock();
        try {
            return used;
        } finally {
            lock.unlock();
        }
    }

    /** Makes waiting threads look again. */
    void wake() {
        subtract(0);
    }

    private long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    private boolean tryBook(long size) {
        lock.lock();
        try {
            boolean fits = size <= bound.bytes() - used;
            used += fits ? size : 0;
            return fits;
        } finally {
            lock.unlock();
        }
    }

    private void note(Kept kept, long size) {
        lock.lock();
        try {
            noted.put(kept, size);
        } finally {
            lock.unlock();
        }
    }

    private void subtract(long size) {
        lock.lock();
        try {
            used -= size;
            changes++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Asks whether the segments are still there, from the oldest on, until enough of them are gone. */
    private boolean tryBookAfterGone(long size) {
        for (Kept kept : noted()) {
            if (!isThere(kept) && forget(kept) && tryBook(size)) {
                return true;
            }
        }
        return false;
    }

    private List<Kept> noted() {
        lock.lock();
        try {
            return List.copyOf(noted.keySet());
        } finally {
            lock.unlock();
        }
    }

    /** A name that cannot be asked about counts as there. */
    private boolean isThere(Kept kept) {
        try {
            return presence.isThere(kept.kind(), kept.key(), kept.nonce());
        } catch (IpcException _) {
            return true;
        }
    }

    private boolean forget(Kept kept) {
        lock.lock();
        try {
            Long size = noted.remove(kept);
            used -= size == null ? 0 : size;
            return size != null;
        } finally {
            lock.unlock();
        }
    }

    /** Returns {@code false} if the thread was interrupted; it stays so. */
    private boolean awaitChange(long before, long nanos) {
        lock.lock();
        try {
            for (long left = nanos; changes == before && left > 0;) {
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private OutOfSpaceException refused(SegmentSpec spec) {
        long free;
        lock.lock();
        try {
            free = bound.bytes() - used;
        } finally {
            lock.unlock();
        }
        return OutOfSpaceException.inApplication(spec.key(), spec.size(), free,
                "what this process may keep (ipc.space.kept, ResourceLinkFactoryBuilder.kept)",
                "raise that bound, or use a shorter time to live");
    }
}
