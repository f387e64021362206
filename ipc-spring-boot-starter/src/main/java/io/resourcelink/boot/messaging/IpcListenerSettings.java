package io.resourcelink.boot.messaging;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

import io.resourcelink.channel.Credits;
import io.resourcelink.channel.SubscribeOptions;

/**
 * How a listener receives. A setting that is {@code null} has the default of all listeners of the application.
 *
 * <p>Later versions may add components. Begin with {@link #DEFAULT}, and set what differs.
 *
 * @param autoStartup whether the listener starts with the context
 * @param concurrency the number of threads that receive
 * @param prefetch how many messages of one sending process may be on their way: sent, and not yet handled
 * @param prefetchSize how many bytes of one sending process may be on their way; the regions and links that a message carries
 * count. A message is sent while fewer bytes are on their way, so it may be larger
 * @param maxAge the age from which on a message is dropped instead of being handled; zero for none
 * @param dropping whether a message for which the subscriber of a topic has no room is dropped for it at once; only topics use this
 */
public record IpcListenerSettings(@Nullable Boolean autoStartup, @Nullable Integer concurrency,
        @Nullable Integer prefetch, @Nullable DataSize prefetchSize, @Nullable Duration maxAge,
        @Nullable Boolean dropping) {

    /** The defaults of all listeners of the application. */
    public static final IpcListenerSettings DEFAULT = new IpcListenerSettings(null, null, null, null, null,
            null);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public IpcListenerSettings {
        check(concurrency == null || concurrency >= 1, "concurrency", concurrency, "at least 1");
        check(prefetch == null || prefetch >= 1, "prefetch", prefetch, "at least 1");
        check(prefetchSize == null || prefetchSize.toBytes() >= 1, "prefetchSize", prefetchSize, "at least 1 byte");
        check(maxAge == null || !maxAge.isNegative(), "maxAge", maxAge, "0 or more");
    }

    private static void check(boolean valid, String name, @Nullable Object value, String range) {
        if (!valid) {
            throw new IllegalArgumentException(
                    "The " + name + " of a listener must be " + range + "; it was " + value + ".");
        }
    }

    /**
     * Sets whether the listener starts with the context.
     *
     * @param starts whether it does
     * @return settings with this value
     */
    public IpcListenerSettings autoStartup(boolean starts) {
        return new IpcListenerSettings(starts, concurrency, prefetch, prefetchSize, maxAge, dropping);
    }

    /**
     * Sets the number of threads that receive.
     *
     * @param threads the number
     * @return settings with this value
     */
    public IpcListenerSettings concurrency(int threads) {
        return new IpcListenerSettings(autoStartup, threads, prefetch, prefetchSize, maxAge, dropping);
    }

    /**
     * Sets how many messages of one sending process may be on their way.
     *
     * @param messages the number
     * @return settings with this value
     */
    public IpcListenerSettings prefetch(int messages) {
        return new IpcListenerSettings(autoStartup, concurrency, messages, prefetchSize, maxAge, dropping);
    }

    /**
     * Sets how many bytes of one sending process may be on their way.
     *
     * @param size the number of bytes
     * @return settings with this value
     */
    public IpcListenerSettings prefetchSize(DataSize size) {
        return new IpcListenerSettings(autoStartup, concurrency, prefetch, size, maxAge, dropping);
    }

    /**
     * Sets the age from which on a message is dropped.
     *
     * @param age the age; zero for none
     * @return settings with this value
     */
    public IpcListenerSettings maxAge(Duration age) {
        return new IpcListenerSettings(autoStartup, concurrency, prefetch, prefetchSize, age, dropping);
    }

    /**
     * Sets what happens to a message for which the subscriber of a topic has no room.
     *
     * @param drops whether it is dropped for the subscriber at once; otherwise its publisher waits, at most for its send time-out
     * @return settings with this value
     */
    public IpcListenerSettings dropping(boolean drops) {
        return new IpcListenerSettings(autoStartup, concurrency, prefetch, prefetchSize, maxAge, drops);
    }

    /** {@return these settings, with others in place of those that are {@code null}} */
    IpcListenerSettings or(IpcListenerSettings others) {
        return new IpcListenerSettings(or(autoStartup, others.autoStartup), or(concurrency, others.concurrency),
                or(prefetch, others.prefetch), or(prefetchSize, others.prefetchSize), or(maxAge, others.maxAge),
                or(dropping, others.dropping));
    }

    private static <T> @Nullable T or(@Nullable T value, @Nullable T other) {
        return value != null ? value : other;
    }

    boolean startsWithContext() {
        return autoStartup == null || autoStartup;
    }

    /** {@return how a subscriber of a topic receives} */
    SubscribeOptions subscription(Credits others) {
        Credits own = credits(others);
        return SubscribeOptions.DEFAULT.credits(own == null ? others : own).dropping(Boolean.TRUE.equals(dropping));
    }

    int threads() {
        return concurrency == null ? 1 : concurrency;
    }

    /** {@return what one sending process may have on its way; {@code null} for what the channel allows} */
    @Nullable
    Credits credits(Credits others) {
        return prefetch == null && prefetchSize == null
                ? null
                : new Credits(prefetch != null ? prefetch : others.messages(),
                        prefetchSize != null ? prefetchSize.toBytes() : others.bytes(), others.descriptors());
    }
}
