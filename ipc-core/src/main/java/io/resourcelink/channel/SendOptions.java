package io.resourcelink.channel;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How one message is sent. Immutable.
 *
 * @param headers what travels beside the message, and is read without decoding it: strings, booleans, and numbers of {@code
 * java.lang} and {@code java.math}, by name; 16 KiB at most
 * @param timeout how long to wait while too much is waiting at the receiver
 * @param maxAge the age from which on the receiver drops the message instead of handling it; zero for none. The age counts from the
 * call of {@code send}, and includes the time that the message waits at the receiver
 * @param age how old the message is at the call already, if it waited elsewhere before
 * @param handOver whether everything that the message carries is closed when the call returns, sent or not
 */
public record SendOptions(Map<String, Object> headers, Duration timeout, Duration maxAge, Duration age,
        boolean handOver) {

    /** No headers, no time limit, no maximal age; the sender keeps what the message carries. */
    public static final SendOptions DEFAULT = new SendOptions(Map.of(), Duration.ofSeconds(Long.MAX_VALUE),
            Duration.ZERO, Duration.ZERO, false);

    /** Copies the headers. */
    public SendOptions {
        headers = headers.isEmpty() ? Map.of() : Map.copyOf(new LinkedHashMap<>(headers));
        Objects.requireNonNull(timeout);
        if (maxAge.isNegative() || age.isNegative()) {
            throw new IllegalArgumentException("An age of a message is negative: " + age + ", at most " + maxAge);
        }
    }

    /**
     * Sets the headers.
     *
     * @param newHeaders the headers
     * @return options with these headers
     */
    public SendOptions headers(Map<String, Object> newHeaders) {
        return new SendOptions(newHeaders, timeout, maxAge, age, handOver);
    }

    /**
     * Sets how long to wait.
     *
     * @param newTimeout the time; zero for no wait
     * @return options with this time
     */
    public SendOptions timeout(Duration newTimeout) {
        return new SendOptions(headers, newTimeout, maxAge, age, handOver);
    }

    /**
     * Sets the maximal age.
     *
     * @param newMaxAge the age; zero for none
     * @return options with this age
     */
    public SendOptions maxAge(Duration newMaxAge) {
        return new SendOptions(headers, timeout, newMaxAge, age, handOver);
    }

    /**
     * Sets how old the message is already.
     *
     * @param newAge the age, for example since the first attempt to send it
     * @return options with this age
     */
    public SendOptions age(Duration newAge) {
        return new SendOptions(headers, timeout, maxAge, newAge, handOver);
    }

    /** {@return options that hand over what the message carries: it is closed when the call returns, sent or not} */
    public SendOptions handingOver() {
        return new SendOptions(headers, timeout, maxAge, age, true);
    }
}
