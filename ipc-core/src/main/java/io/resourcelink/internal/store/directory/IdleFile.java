package io.resourcelink.internal.store.directory;

/**
 * A file on the stage that no process uses, to be filled again.
 *
 * @param file the file, mapped
 * @param base the position of the one byte of its references that stays locked
 * @param stagedAs its name on the stage
 * @param sinceNanos when it became idle, as {@link System#nanoTime}
 */
record IdleFile(SegmentFile file, long base, String stagedAs, long sinceNanos) {}
