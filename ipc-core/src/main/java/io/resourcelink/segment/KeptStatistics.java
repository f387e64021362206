package io.resourcelink.segment;

/**
 * What a factory has published to be kept, and how much that may be.
 *
 * <p>Later versions may add components. Read them by their accessors; the constructor is for tests.
 *
 * @param bytes bytes of the kept segments that this factory has made and that still have their names, headers included; zero if nothing
 * bounds them
 * @param bound how many bytes they may be; {@link Long#MAX_VALUE} if nothing bounds them
 */
public record KeptStatistics(long bytes, long bound) {}
