package io.resourcelink.channel;

/**
 * What became of a message that was published.
 *
 * <p>Later versions may add components. Read them by their accessors; the constructor is for tests.
 *
 * @param reached how many subscribers it was sent to
 * @param dropped for how many subscribers it was dropped, because they had no room for it in time, or because it could not be sent to
 * them. Each of them is told ({@link SubReceiver#missed})
 */
public record PublishResult(int reached, int dropped) {}
