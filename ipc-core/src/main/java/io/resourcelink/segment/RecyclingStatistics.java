package io.resourcelink.segment;

/**
 * What a factory keeps of the memory of its published segments, and how often it has used that memory again.
 *
 * <p>Later versions may add components. Read them by their accessors; the constructor is for tests.
 *
 * @param reused how often memory was used again since the factory was built
 * @param lent segments whose links in this factory are closed, and which other factories may hold
 * @param idle segments that no process holds
 * @param bytes bytes that lent and idle segments together occupy, headers included
 */
public record RecyclingStatistics(long reused, int lent, int idle, long bytes) {

    /** Statistics with all values zero. */
    public static final RecyclingStatistics NONE = new RecyclingStatistics(0, 0, 0, 0);
}
