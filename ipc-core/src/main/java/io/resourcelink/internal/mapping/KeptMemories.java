package io.resourcelink.internal.mapping;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.MemoryFile;
import io.resourcelink.internal.room.Room;
import io.resourcelink.segment.Retention;

/*
 * The pieces form a list of themselves, so keeping one needs no heap. This object is an element of the reclaimer's list while it has any:
 * the reclaimer's thread trims it in each of its rounds, and empties it when memory is needed. So keeping releases nothing, and may be
 * done within a region's monitor. Between two rounds there may be more than the bounds.
 *
 * These two are static for the reason why the reclaimer is: mappings and descriptors belong to the process.
 */

/** Files of recycled regions that no region of this process uses, mapped and ready for the next one. Bounded. Thread-safe. */
final class KeptMemories extends Piece {

    /** Of files that this process has made. Others may still have them. */
    static final KeptMemories MADE = new KeptMemories();

    /** Of files that other processes have made. */
    static final KeptMemories RECEIVED = new KeptMemories();

    private static final Retention RETENTION = new Retention(128, 256L << 20, Duration.ofSeconds(5));

    /** What is kept takes at most 1/{@code PART} of the room, for which it counts as free. Little memory is kept without asking. */
    private static final long PART = 4;
    private static final long LITTLE = 8L << 20;
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A file that came back just now is probably still seen at the other end. */
    private static final long RESTED_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private @Nullable KeptMemory first;
    private int count;
    private long bytes;

    /** Used by the reclaimer's turn alone. */
    private Retention allowed = RETENTION;
    private long askedNanos;

    private KeptMemories() {}

    /** Keeps memory that a region no longer uses. Allocates nothing. */
    synchronized void keep(KeptMemory memory) {
        memory.sinceNanos = System.nanoTime();
        putBack(memory);
    }

    /** Keeps memory that was taken in vain. Allocates nothing. */
    synchronized void putBack(KeptMemory memory) {
        memory.next = first;
        first = memory;
        count++;
        bytes += memory.capacity();
        Reclaimer.SHARED.putBack(this);
    }

    /** Hands memory of a file over to the caller, or returns {@code null} if there is none. */
    synchronized @Nullable KeptMemory takeSame(FileStatus status) {
        for (KeptMemory memory = first; memory != null; memory = memory.next) {
            if (memory.isSame(status)) {
                return taken(memory);
            }
        }
        return null;
    }

    /**
     * Hands memory for a region over to the caller: the smallest that fits; of these the last one that has rested, else the first
     * one.
     *
     * @param size bytes of the region
     * @param search a time that names the search; what it gets and puts back, it does not get again
     * @return {@code null} if there is none
     */
    synchronized @Nullable KeptMemory takeFitting(long size, long search) {
        KeptMemory best = null;
        for (KeptMemory memory = first; memory != null; memory = memory.next) {
            if (memory.searchedNanos != search && MemoryFile.canHold(memory.capacity(), size)
                    && (best == null || isBetter(memory, best, search))) {
                best = memory;
            }
        }
        if (best != null) {
            best.searchedNanos = search;
            taken(best);
        }
        return best;
    }

    private static boolean isBetter(KeptMemory one, KeptMemory other, long now) {
        if (one.capacity() != other.capacity()) {
            return one.capacity() < other.capacity();
        }
        boolean rested = now - one.sinceNanos >= RESTED_NANOS;
        if (rested != now - other.sinceNanos >= RESTED_NANOS) {
            return rested;
        }
        return rested == one.sinceNanos - other.sinceNanos > 0;
    }

    private KeptMemory taken(KeptMemory memory) {
        if (memory == first) {
            first = memory.next;
        } else {
            KeptMemory before = first;
            while (before != null && before.next != memory) {
                before = before.next;
            }
            if (before != null) {
                before.next = memory.next;
            }
        }
        memory.next = null;
        count--;
        bytes -= memory.capacity();
        return memory;
    }

    /** The memory is freed with each piece, and this object waits for as long as there is one. */
    @Override
    long bytes() {
        return 0;
    }

    @Override
    boolean free(boolean needed) {
        long now = System.nanoTime();
        Retention bound = needed ? Retention.NONE : allowed(now);
        for (KeptMemory gone = takeSurplus(bound, now); gone != null; gone = takeSurplus(bound, now)) {
            gone.release();
        }
        return isEmpty();
    }

    private Retention allowed(long now) {
        long kept = keptBytes();
        if (kept <= LITTLE) {
            return RETENTION;
        }
        if (now - askedNanos > AGAIN_NANOS) {
            long free = Room.ofThisProcess().memory().free();
            allowed = RETENTION.atMost(Math.max(LITTLE, free > Long.MAX_VALUE - kept ? free : (free + kept) / PART));
            askedNanos = now;
        }
        return allowed;
    }

    private synchronized long keptBytes() {
        return bytes;
    }

    private synchronized boolean isEmpty() {
        return first == null;
    }

    /** Takes what was not used for longest, if it is to go. */
    private synchronized @Nullable KeptMemory takeSurplus(Retention bound, long now) {
        KeptMemory oldest = null;
        for (KeptMemory memory = first; memory != null; memory = memory.next) {
            if (oldest == null || memory.sinceNanos - oldest.sinceNanos < 0) {
                oldest = memory;
            }
        }
        if (oldest == null || (bound.allows(count, bytes) && !bound.isOver(oldest.sinceNanos, now))) {
            return null;
        }
        return taken(oldest);
    }
}
