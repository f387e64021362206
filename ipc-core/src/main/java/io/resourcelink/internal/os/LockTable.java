package io.resourcelink.internal.os;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/*
 * A read of /proc/locks returns one page of text, however much is asked for. The kernel holds the list still for that page and finds
 * the next one by counting from the list's start. If a lock before it is dropped meanwhile, the next page begins too late, and a
 * lock is missing although it was held all the time. On a busy machine that happens in every pass.
 *
 * So there are two walks at once, the second of which is half a page behind. A page is a contiguous part of the list, and locks stay
 * in their order as long as they are held. Between two pages of the first walk nothing is missing if a page of the second walk has a
 * lock of each, in this order: then it also has all that are between the two. For that, a lock must be recognized as the same one.
 * Marks are: those at a random offset, which no process takes twice (MARKS says from where on). What is behind the last page was not
 * there if that page was not full.
 *
 * If something may be missing, everything is read again, a few times. A pass costs half of what the kernel needs for its text; there
 * are some 50 locks in a page.
 */

/**
 * All record locks of this machine, as {@code /proc/locks} lists them, proc_locks(5). It is read once, when a caller asks for
 * the first time, and takes some microseconds for each lock. Finding all locks of a file by {@link OpenFile#findLock} takes a
 * time that grows with the square of their number, because the kernel walks through all of them each time.
 *
 * <p>The table has every lock that is held all the time while it is read, and none that is not held at any time. Locks of open file
 * descriptions are listed in every pid namespace, for every user. Not thread-safe.
 */
public final class LockTable {

    private static final Path LOCKS = Path.of("/proc/locks");

    private static final int ATTEMPTS = 4;

    /** How many bytes the first read of the second walk asks for: half of the smallest page. */
    private static final int HALF_PAGE = 2048;

    private final Path locks;
    private final long marks;
    private @Nullable Map<LockedFile, List<LockedRun>> runs;

    /**
     * Makes the table; nothing is read yet.
     *
     * @param marks the offset behind which no process locks the same bytes twice
     */
    public LockTable(long marks) {
        this(LOCKS, marks);
    }

    /**
     * Makes the table from a file of the same form; nothing is read yet.
     *
     * @param locks the file; no locks are known if it does not exist
     * @param marks the offset behind which no process locks the same bytes twice
     */
    public LockTable(Path locks, long marks) {
        this.locks = locks;
        this.marks = marks;
    }

    /**
     * {@return the locked runs of a file, of all descriptions, in no order, some of them twice} None if the kernel lists none, or
     * lists them under another device than statx(2) returns, as with btrfs, or if the list changes too much while it is read.
     *
     * @param file which file
     */
    public List<LockedRun> runs(FileStatus file) {
        Map<LockedFile, List<LockedRun>> known = runs;
        if (known == null) {
            known = read();
            runs = known;
        }
        return known.getOrDefault(new LockedFile(file.device(), file.inode()), List.of());
    }

    private Map<LockedFile, List<LockedRun>> read() {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Map<LockedFile, List<LockedRun>> read = new HashMap<>();
                if (isRead(read)) {
                    return read;
                }
            }
        } catch (IOException | NumberFormatException _) {
            // There is no list, or it has another form.
        }
        return Map.of();
    }

    /** Returns whether the list was read without a gap. */
    private boolean isRead(Map<LockedFile, List<LockedRun>> target) throws IOException {
        List<LockPage> first = new ArrayList<>();
        List<LockPage> second = new ArrayList<>();
        try (LockWalk ahead = new LockWalk(locks, marks, target);
                LockWalk behind = new LockWalk(locks, marks, target)) {
            boolean more = ahead.next(first, Integer.MAX_VALUE);
            boolean moreBehind = behind.next(second, HALF_PAGE);
            while (more || moreBehind) {
                more = more && ahead.next(first, Integer.MAX_VALUE);
                moreBehind = moreBehind && behind.next(second, Integer.MAX_VALUE);
            }
        }
        return first.isEmpty() || new LockOverlap(first, second).isGapless();
    }
}
