package io.resourcelink.internal.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.LockTable;
import io.resourcelink.internal.os.LockedRun;
import io.resourcelink.internal.os.OpenFile;

/**
 * Which bytes of a segment's file mean what when they are locked. All of them lie far behind any data.
 *
 * <pre>
 *   0 ......... size            2^62-1   2^62                                    2^62 + 2^60
 *   | header | payload |  ....  |  M  |  R: blocks of 2^20 bytes                     |
 *                                        [ block | block | ...              | block ]
 *                                            [base, base+n) : n references of one holder
 * </pre>
 *
 * <p>{@code M} is locked by whoever is about to remove the name. Each locked byte of {@code R} is one reference. A
 * holder draws a block at random, so two holders share one with a probability of 2<sup>-40</sup>, and takes as many bytes
 * from its start as it has handles. Who locks all of {@code R} has thereby proved that nobody else holds a reference, and
 * keeps everybody from taking one.
 */
public final class ReferenceLocks {

    public static final long MAINTENANCE = (1L << 62) - 1;
    public static final long REFERENCES = 1L << 62;
    public static final long REFERENCES_LENGTH = 1L << 60;

    /** The most references one holder can have: a block. */
    public static final int MAX_HANDLES = 1 << 20;

    /** How many questions are asked before the kernel's list of all locks is cheaper. */
    private static final int MANY = 256;

    public static final LockedRun NOTHING = new LockedRun(REFERENCES, 0);

    private ReferenceLocks() {}

    /** Takes a first reference in a block of its own. Answers its base, or -1 if a collector is at work. */
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

    /** Drops {@code M} and all of {@code R}, whatever of them one has. */
    public static void dropExclusion(CallFrame frame, OpenFile file) {
        file.unlock(frame, MAINTENANCE, 1 + REFERENCES_LENGTH);
    }

    /** Drops {@code M} and all of {@code R} but the first byte of one's own run. */
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

    /** Locks {@code M} and all of {@code R}, or nothing, with one system call: both adjoin. */
    public static boolean tryMaintainAndExclude(CallFrame frame, OpenFile file) {
        return file.tryLock(frame, MAINTENANCE, 1 + REFERENCES_LENGTH);
    }

    /** Counts the references that other descriptions hold, of a description that has locked none itself. */
    public static long countOthers(CallFrame frame, OpenFile file) {
        return countOthers(frame, file, NOTHING, null);
    }

    /**
     * Counts the references that other descriptions hold: the bytes of {@code R} they have locked. The kernel answers
     * with some run of the range asked, so both sides of it are asked in turn; a walk upwards from run to run would miss
     * those below the first answer. One system call for each run, and one for each gap between them. In each the kernel
     * walks through the locks, so where there are many, its list of them all is read instead.
     *
     * <p>A run of more bytes than one holder can have is what is left of an exclusion that is being given up ({@link
     * #keepFirst}), and will be one reference.
     *
     * @param own the run that this description has locked
     * @param table the kernel's list if others use it, too
     */
    public static long countOthers(CallFrame frame, OpenFile file, LockedRun own, @Nullable LockTable table) {
        Deque<LockedRun> open = new ArrayDeque<>();
        open.push(new LockedRun(REFERENCES, REFERENCES_LENGTH));
        long count = 0;
        for (int asked = 0; !open.isEmpty(); asked++) {
            if (asked == MANY) {
                List<LockedRun> listed = (table == null ? new LockTable() : table).runs(file.status(frame));
                if (!listed.isEmpty()) {
                    return countListed(listed, own);
                }
            }
            LockedRun range = open.pop();
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
            pushUnlessEmpty(open, range.start(), start);
            pushUnlessEmpty(open, end, range.end());
        }
        return count;
    }

    /** Counts bytes of {@code R} that are locked, each of them once, and none of one's own. */
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

    /** Asks whether other descriptions hold references. One system call. */
    public static boolean isHeldByOthers(CallFrame frame, OpenFile file) {
        LockedRun run = file.findLock(frame, REFERENCES, REFERENCES_LENGTH);
        return run != null && !isExclusion(run);
    }

    private static void pushUnlessEmpty(Deque<LockedRun> open, long start, long end) {
        if (start < end) {
            open.push(new LockedRun(start, end - start));
        }
    }

    /** All of {@code R} is locked by a collector, which proves that nobody holds a reference. Its {@code M} adjoins. */
    private static boolean isExclusion(LockedRun run) {
        return run.start() <= REFERENCES && run.end() >= REFERENCES + REFERENCES_LENGTH;
    }
}
