package io.resourcelink.internal.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.LockTable;
import io.resourcelink.internal.os.LockedRun;
import io.resourcelink.internal.os.OpenFile;

/**
 * The bytes of a segment's file that processes lock, and what each lock means. All of them are far behind any data.
 *
 * <pre>
 *   0 ......... size       2^62-2  2^62-1   2^62                                    2^62 + 2^60
 *   | header | payload | ... |  V  |  M  |  R: blocks of 2^20 bytes                     |
 *                                           [ block | block | ...              | block ]
 *                                               [base, base+n) : n references of one holder
 * </pre>
 *
 * <p>A process locks {@code M} when it is about to remove the name. Each locked byte of {@code R} is one reference. A
 * holder draws a block at random, so two holders share one with a probability of 2<sup>-40</sup>. It locks as many bytes
 * from the block's start as it has handles. A process that locks all of {@code R} thereby proves that no other holder has a
 * reference, and prevents every other one from taking a reference.
 *
 * <p>Any number of processes lock {@code V} for reading, each as long as a thread of it may still access the memory of a
 * file that its owner recycles. This includes the moment after the last link was closed. It is no reference: the owner
 * may take the name away. But it does not fill the file again before {@code V} is free.
 */
public final class ReferenceLocks {

    public static final long MAINTENANCE = (1L << 62) - 1;
    public static final long VIEWS = MAINTENANCE - 1;
    public static final long REFERENCES = 1L << 62;
    public static final long REFERENCES_LENGTH = 1L << 60;

    /** The most references one holder can have: a block. */
    public static final int MAX_HANDLES = 1 << 20;

    /** How many questions to the kernel cost more than reading its list of all locks. */
    private static final int MANY = 256;

    public static final LockedRun NOTHING = new LockedRun(REFERENCES, 0);

    private ReferenceLocks() {}

    /** Takes a first reference in a block of its own. Returns the base of the block, or -1 if a collector is at work. */
    public static long tryTakeFirst(CallFrame frame, OpenFile file) {
        long block = ThreadLocalRandom.current().nextLong(REFERENCES_LENGTH / MAX_HANDLES);
        long base = REFERENCES + block * MAX_HANDLES;
        return file.tryLock(frame, base, 1) ? base : -1;
    }

    public static boolean tryTake(CallFrame frame, OpenFile file, long base, int index) {
        return file.tryLock(frame, base + index, 1);
    }

    public static void drop(CallFrame frame, OpenFile file, long base, int index) {
        file.unlock(frame, base + index, 1);
    }

    public static void dropAll(CallFrame frame, OpenFile file, long base, int handles) {
        file.unlock(frame, base, handles);
    }

    /** Drops {@code M} and all of {@code R}, as far as this description has locked them. */
    public static void dropExclusion(CallFrame frame, OpenFile file) {
        file.unlock(frame, MAINTENANCE, 1 + REFERENCES_LENGTH);
    }

    /** Drops {@code M} and all of {@code R} but the first byte of this description's own run. */
    public static void keepFirst(CallFrame frame, OpenFile file, long base) {
        file.unlock(frame, MAINTENANCE, base - MAINTENANCE);
        file.unlock(frame, base + 1, REFERENCES + REFERENCES_LENGTH - base - 1);
    }

    public static void dropMaintenance(CallFrame frame, OpenFile file) {
        file.unlock(frame, MAINTENANCE, 1);
    }

    public static boolean tryMaintain(CallFrame frame, OpenFile file) {
        return file.tryLock(frame, MAINTENANCE, 1);
    }

    public static boolean tryExclude(CallFrame frame, OpenFile file) {
        return file.tryLock(frame, REFERENCES, REFERENCES_LENGTH);
    }

    /** Locks {@code M} and all of {@code R}, or nothing, in one step: they are adjacent. */
    public static boolean tryMaintainAndExclude(CallFrame frame, OpenFile file) {
        return file.tryLock(frame, MAINTENANCE, 1 + REFERENCES_LENGTH);
    }

    /** Counts the references that other descriptions hold. This description must have locked none itself. */
    public static long countOthers(CallFrame frame, OpenFile file) {
        return countOthers(frame, file, NOTHING, null);
    }

    /**
     * Counts the references that other descriptions hold: the bytes of {@code R} they have locked. The kernel returns an
     * arbitrary run of the range that is asked for. So this method then asks for the ranges on both sides of it. A walk
     * upwards from run to run would miss the runs below the first one. It asks the kernel once for each run, and once
     * for each gap between them. Each time the kernel walks through the locks, up to the first in the range. So large
     * ranges cost least and come first, and where there are many locks, this method reads the kernel's list of all locks
     * instead of going on to the small ones.
     *
     * <p>A run of more bytes than one holder can have is the rest of an exclusion that a collector is giving up ({@link
     * #keepFirst}). It will be one reference.
     *
     * @param own the run that this description has locked
     * @param table the kernel's list if others use it, too
     */
    public static long countOthers(CallFrame frame, OpenFile file, LockedRun own, @Nullable LockTable table) {
        Queue<LockedRun> open = new ArrayDeque<>();
        open.add(new LockedRun(REFERENCES, REFERENCES_LENGTH));
        long count = 0;
        for (int asked = 0; !open.isEmpty(); asked++) {
            if (asked == MANY) {
                List<LockedRun> listed = (table == null ? newTable() : table).runs(file.status(frame));
                if (!listed.isEmpty()) {
                    return countListed(listed, own);
                }
            }
            LockedRun range = open.remove();
            LockedRun run = file.findLock(frame, range.start(), range.length());
            if (run == null) {
                continue;
            }
            if (isExclusion(run)) {
                return 0;
            }
            long start = Math.max(run.start(), range.start());
            long end = Math.min(run.end(), range.end());
            count += references(start, end);
            addUnlessEmpty(open, range.start(), start);
            addUnlessEmpty(open, end, range.end());
        }
        return count;
    }

    /** {@return the kernel's list of all locks, not read yet} References are at random places, which no holder draws twice. */
    public static LockTable newTable() {
        return new LockTable(REFERENCES);
    }

    /** Counts the locked bytes of {@code R}, each of them once, without this description's own. */
    private static long countListed(List<LockedRun> listed, LockedRun own) {
        List<LockedRun> runs = new ArrayList<>(listed);
        runs.sort(Comparator.comparingLong(LockedRun::start));
        long count = 0;
        long counted = REFERENCES;
        for (LockedRun run : runs) {
            boolean isOwn = run.start() >= own.start() && run.end() <= own.end();
            long start = Math.max(run.start(), counted);
            long end = Math.min(run.end(), REFERENCES + REFERENCES_LENGTH);
            if (isExclusion(run)) {
                return 0;
            }
            if (!isOwn && start < end) {
                count += references(start, end);
                counted = end;
            }
        }
        return count;
    }

    private static long references(long start, long end) {
        return end - start > MAX_HANDLES ? 1 : end - start;
    }

    /** Asks the kernel whether other descriptions hold references. */
    public static boolean isHeldByOthers(CallFrame frame, OpenFile file) {
        LockedRun run = file.findLock(frame, REFERENCES, REFERENCES_LENGTH);
        return run != null && !isExclusion(run);
    }

    /** Says to the file's owner that this process may access the memory. Returns {@code false} if {@code V} is locked. */
    public static boolean tryView(CallFrame frame, OpenFile file) {
        return file.tryShare(frame, VIEWS, 1);
    }

    public static void endViews(CallFrame frame, OpenFile file) {
        file.unlock(frame, VIEWS, 1);
    }

    /** Asks the kernel whether threads of other holders, present or former, may still access the memory. */
    public static boolean isViewedByOthers(CallFrame frame, OpenFile file) {
        return file.findLock(frame, VIEWS, 1) != null;
    }

    private static void addUnlessEmpty(Queue<LockedRun> open, long start, long end) {
        if (start < end) {
            open.add(new LockedRun(start, end - start));
        }
    }

    /**
     * A collector has locked all of {@code R}, which proves that no process holds a reference. Its {@code M} is
     * adjacent.
     */
    private static boolean isExclusion(LockedRun run) {
        return run.start() <= REFERENCES && run.end() >= REFERENCES + REFERENCES_LENGTH;
    }
}
