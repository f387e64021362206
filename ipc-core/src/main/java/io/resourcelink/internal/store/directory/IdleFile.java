package io.resourcelink.internal.store.directory;

/**
 * A file on the stage that no process uses, to be filled again.
 *
 * @param file the file, mapped
 * @param base where the one byte of its references is that stays locked
 * @param stagedAs its name on the stage
 * @param sinceNanos since when it is idle, as {@link System#nanoTime}
 */
record IdleFile(SegmentFile file, long base, String stagedAs, long sinceNanos) {}
