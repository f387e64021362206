package io.resourcelink.internal.store.directory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The files of a directory that can be filled again, and which of them is used or discarded next. Makes no system call. Not
 * thread-safe: {@link RecycledFiles} guards it.
 */
final class IdleFiles {

    /** Two rounds of the reclaimer. Views usually end within this time. Only the kernel's answer decides. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** How many times as large a file is that serves nearly the same payloads. */
    private static final double NEARLY = 1.1;

    private static final Comparator<IdleFile> BY_SIZE = Comparator.comparingLong(IdleFile::size);

    /** In the order in which they became idle. */
    private final List<IdleFile> files = new ArrayList<>();
    private long bytes;

    void add(IdleFile file) {
        files.add(file);
        bytes += file.size();
    }

    void remove(IdleFile file) {
        if (files.remove(file)) {
            bytes -= file.size();
        }
    }

    /** Notes that a late reader was found to see a file. */
    void viewed(IdleFile file) {
        files.set(files.indexOf(file), file.viewed(System.nanoTime()));
    }

    /** Returns the idle file that is this one, {@code null} if it is not idle. */
    @Nullable
    IdleFile of(SegmentFile file) {
        return files.stream().filter(one -> one.file() == file).findFirst().orElse(null);
    }

    List<IdleFile> all() {
        return List.copyOf(files);
    }

    int count() {
        return files.size();
    }

    /** Returns how many bytes all of them occupy. */
    long bytes() {
        return bytes;
    }

    /** Returns how many bytes the largest occupies, 0 if there is none. */
    long largest() {
        return files.stream().mapToLong(IdleFile::size).max().orElse(0);
    }

    /**
     * Finds the best file to look at. It is the smallest that can have the payload and that its late readers should have left; of
     * several of one size the last. If there is none, it is the one that was not looked at for longest. So no more files go
     * round than are needed, and the others become old. A file that was found viewed has its turn among the others: its reader
     * may stay for ever.
     */
    @Nullable
    IdleFile find(long payloadSize) {
        long now = System.nanoTime();
        IdleFile smallest = null;
        IdleFile longest = null;
        for (IdleFile one : files.reversed()) {
            if (!one.canHold(payloadSize)) {
                continue;
            }
            if (now - one.lookedAtNanos() > LATE_NANOS && !one.wasViewed()) {
                smallest = smallest == null || one.size() < smallest.size() ? one : smallest;
            }
            longest = longest == null || longest.lookedAtNanos() - one.lookedAtNanos() >= 0 ? one : longest;
        }
        return smallest == null ? longest : smallest;
    }

    /**
     * Returns a file to discard for one of the given size, the oldest that is smaller or was found viewed; {@code null} if there is none.
     */
    @Nullable
    IdleFile replaceableBy(long size) {
        return files.stream().filter(one -> one.wasViewed() || one.size() < size).findFirst().orElse(null);
    }

    /**
     * Returns the file to discard first, {@code null} if there is none. A file can be spared if another one is only a little larger:
     * payloads for the smaller one nearly always fit the larger one as well. Of the files that can be spared, this returns the one that was
     * idle for longest. If none can be spared, it returns the one whose next larger file is nearest in size.
     */
    @Nullable
    IdleFile leastMissed() {
        List<IdleFile> sorted = new ArrayList<>(files);
        sorted.sort(BY_SIZE);
        IdleFile oldest = null;
        IdleFile least = sorted.isEmpty() ? null : sorted.getFirst();
        double nearest = Double.MAX_VALUE;
        for (int at = 1; at < sorted.size(); at++) {
            IdleFile one = sorted.get(at - 1);
            double ratio = (double) sorted.get(at).size() / one.size();
            if (ratio <= NEARLY && (oldest == null || one.sinceNanos() - oldest.sinceNanos() < 0)) {
                oldest = one;
            }
            if (ratio < nearest) {
                nearest = ratio;
                least = one;
            }
        }
        return oldest == null ? least : oldest;
    }

    void clear() {
        files.clear();
        bytes = 0;
    }
}
