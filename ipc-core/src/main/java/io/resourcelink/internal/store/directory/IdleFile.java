package io.resourcelink.internal.store.directory;

/**
 * A file that no process holds, with one byte locked for this process, on the stage.
 *
 * @param file the file, mapped
 * @param base the locked byte
 * @param stagedAs its name there
 * @param sinceNanos when it became idle
 * @param lookedAtNanos the same, or when a late reader was last found to see it
 */
record IdleFile(SegmentFile file, long base, String stagedAs, long sinceNanos, long lookedAtNanos) {

    static IdleFile since(long nanos, SegmentFile file, long base, String stagedAs) {
        return new IdleFile(file, base, stagedAs, nanos, nanos);
    }

    IdleFile viewed(long nowNanos) {
        return new IdleFile(file, base, stagedAs, sinceNanos, nowNanos);
    }
}
