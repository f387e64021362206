package io.resourcelink.boot.messaging;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How one message or request is sent. An option that is {@code null} has the value of the message's header, if there is one
 * ({@link IpcHeaders}), or the template's default. Immutable.
 *
 * <p>Later versions may add components. Begin with {@link #DEFAULT}, and set what differs.
 *
 * {@snippet lang = java :
 * template.convertAndSend("frames", frame, IpcSendOptions.DEFAULT.sendTimeout(Duration.ofMillis(50)));
 * }
 *
 * @param sendTimeout how long to wait until a process serves the destination, responds, and accepts the message
 * @param replyTimeout how long a request waits for its reply after it was sent
 * @param maxAge the age from which on the listener's process drops the message instead of handling it; zero for none
 * @param failFast whether sending fails at once if no process serves the destination and none is known to have served it before
 * @param handOver whether everything that the message carries is closed when the call returns, sent or not
 */
public record IpcSendOptions(@Nullable Duration sendTimeout, @Nullable Duration replyTimeout, @Nullable Duration maxAge,
        @Nullable Boolean failFast, boolean handOver) {

    /** The defaults of the template. The caller keeps what the message carries. */
    public static final IpcSendOptions DEFAULT = new IpcSendOptions(null, null, null, null, false);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a time is negative
     */
    public IpcSendOptions {
        check("sendTimeout", sendTimeout);
        check("replyTimeout", replyTimeout);
        check("maxAge", maxAge);
    }

    private static void check(String name, @Nullable Duration time) {
        if (time != null && time.isNegative()) {
            throw new IllegalArgumentException("The " + name + " must be 0 or more; it was " + time + ".");
        }
    }

    /**
     * Sets how long sending waits.
     *
     * @param timeout the time-out; zero tries once
     * @return options with this value
     */
    public IpcSendOptions sendTimeout(Duration timeout) {
        return new IpcSendOptions(timeout, replyTimeout, maxAge, failFast, handOver);
    }

    /**
     * Sets how long a request waits for its reply after it was sent.
     *
     * @param timeout the time-out
     * @return options with this value
     */
    public IpcSendOptions replyTimeout(Duration timeout) {
        return new IpcSendOptions(sendTimeout, timeout, maxAge, failFast, handOver);
    }

    /**
     * Sets the age from which on the listener's process drops the message.
     *
     * @param age the age; zero for none
     * @return options with this value
     */
    public IpcSendOptions maxAge(Duration age) {
        return new IpcSendOptions(sendTimeout, replyTimeout, age, failFast, handOver);
    }

    /**
     * Sets whether sending fails at once if no process serves the destination and none is known to have served it before.
     *
     * @param fails whether it does
     * @return options with this value
     */
    public IpcSendOptions failFast(boolean fails) {
        return new IpcSendOptions(sendTimeout, replyTimeout, maxAge, fails, handOver);
    }

    /** {@return options that hand over what the message carries: it is closed when the call returns, sent or not} */
    public IpcSendOptions handingOver() {
        return new IpcSendOptions(sendTimeout, replyTimeout, maxAge, failFast, true);
    }

    /** {@return these options, with others in place of those that are {@code null}} */
    IpcSendOptions or(IpcSendOptions others) {
        return new IpcSendOptions(or(sendTimeout, others.sendTimeout), or(replyTimeout, others.replyTimeout),
                or(maxAge, others.maxAge), failFast != null ? failFast : others.failFast, handOver || others.handOver);
    }

    private static @Nullable Duration or(@Nullable Duration value, @Nullable Duration other) {
        return value != null ? value : other;
    }
}
