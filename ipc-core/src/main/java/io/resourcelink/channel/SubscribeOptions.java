package io.resourcelink.channel;

import java.util.Objects;

/**
 * How a subscriber takes messages. Immutable.
 *
 * @param credits how much may be on its way to the subscriber, for each channel that publishes
 * @param dropping what happens to a message for which there is no credit: if true, it is dropped for this subscriber at once; otherwise its
 * publisher waits, at most for the time of that call. In both cases the subscriber is told how many messages it has missed. A
 * subscriber that was waited for in vain is not waited for again before it has handled something
 */
public record SubscribeOptions(Credits credits, boolean dropping) {

    /** Publishers wait; the credits are {@link Credits#DEFAULT}. */
    public static final SubscribeOptions DEFAULT = new SubscribeOptions(Credits.DEFAULT, false);

    /** Checks that there are credits. */
    public SubscribeOptions {
        Objects.requireNonNull(credits, "credits");
    }

    /**
     * Sets the credits.
     *
     * @param newCredits the credits
     * @return options with these credits
     */
    public SubscribeOptions credits(Credits newCredits) {
        return new SubscribeOptions(newCredits, dropping);
    }

    /**
     * Sets whether messages are dropped.
     *
     * @param drops whether messages are dropped at once for which there is no credit
     * @return options that say so
     */
    public SubscribeOptions dropping(boolean drops) {
        return new SubscribeOptions(credits, drops);
    }
}
