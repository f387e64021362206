package io.resourcelink.internal.store.directory;

import java.time.Duration;

/*
 * Files of random sizes waste memory in two ways: a file may be twice as long as its payload needs, and an idle file waits for a
 * payload that it can have. Both together are bounded by what was live lately: they get 1/MARGIN of the most that was live
 * at one time. Between the two the pool balances itself. If the files in use waste much, few may be idle; then more
 * payloads find none that can have them, and get files of exactly their size.
 *
 * Where little is live, a quarter of it is no file at all. So there is room for FEW files of the largest size: the sizes of a
 * stream in which one payload follows the other need about as much, each of them with a file that its late readers have not
 * left. The largest is that of the idle files and of those that were in use lately: while a large file is in use, the small
 * ones must not have to go. And there is always room for LATE bytes: as many may wait for late readers on both sides, because the
 * reclaimer ends views when 8 MiB wait (Reclaimer).
 *
 * The most that was live is that of the current period and the one before. So payloads that are all closed before the next are
 * published find their files.
 */

/**
 * How many bytes the recycled files of a directory have that this factory made and that some link holds, and so how many may be
 * idle beside them. Thread-safe.
 */
final class LiveBytes {

    private static final long MARGIN = 4;
    private static final int FEW = 8;
    private static final long LATE = 16L << 20;
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final long periodNanos;
    private long files;
    private long used;
    private Peak peak = Peak.NONE;
    private Peak peakBefore = Peak.NONE;
    private long periodBegan = System.nanoTime();

    /** Of a period: the most bytes in use at one time, and the size of the largest file that came into use. */
    private record Peak(long used, long largest) {

        static final Peak NONE = new Peak(0, 0);

        Peak with(long used, long fileSize) {
            return used <= this.used && fileSize <= largest
                    ? this
                    : new Peak(Math.max(used, this.used), Math.max(fileSize, largest));
        }
    }

    /**
     * Begins with nothing.
     *
     * @param kept how long a file is kept; a peak does not count for longer, nor for more than two periods
     */
    LiveBytes(Duration kept) {
        this.periodNanos = (kept.compareTo(PERIOD) < 0 ? kept : PERIOD).toNanos();
    }

    /**
     * A file has a segment from now on.
     *
     * @param fileSize bytes of the file
     * @param usedSize how many of them are in use
     */
    synchronized void begin(long fileSize, long usedSize) {
        files += fileSize;
        used += usedSize;
        long now = System.nanoTime();
        if (now - periodBegan > periodNanos) {
            peakBefore = now - periodBegan > 2 * periodNanos ? Peak.NONE : peak;
            peak = Peak.NONE;
            periodBegan = now;
        }
        peak = peak.with(used, fileSize);
    }

    /** The opposite, with the same numbers. */
    synchronized void end(long fileSize, long usedSize) {
        files -= fileSize;
        used -= usedSize;
    }

    /** Returns whether so many bytes may be idle, when the largest idle file has as many as said. */
    synchronized boolean allowsIdle(long idle, long largest) {
        long most = Math.max(peak.used, peakBefore.used);
        return files + idle <= most + most / MARGIN || isLittle(idle, largest);
    }

    /** Returns whether so many bytes may be idle whatever was live lately. */
    synchronized boolean isLittle(long idle, long largest) {
        long most = Math.max(largest, Math.max(peak.largest, peakBefore.largest));
        return files + idle <= Math.max(LATE, FEW * most);
    }
}
