package io.resourcelink.boot.messaging.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.unit.DataSize;

import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;

/**
 * Settings under {@code ipc.messaging}.
 *
 * @param template Settings of the template, which sends.
 * @param listener Settings of listeners, which receive.
 */
@ConfigurationProperties("ipc.messaging")
public record IpcMessagingProperties(@DefaultValue Template template, @DefaultValue Listener listener) {

    /**
     * Settings under {@code ipc.messaging.template}.
     *
     * @param sendTimeout How long sending waits until a process serves the destination, responds, and accepts the
     * message.
     * @param replyTimeout How long a request waits for its reply after it was sent.
     * @param maxAge Age from which on the listener's process drops a message instead of handling it. No limit by default.
     * @param failFast Whether sending fails at once if no process serves the destination, and none is known to have served it.
     * @param retry Settings of sending a message or request again that no process has handled.
     */
    public record Template(@DefaultValue("5s") @DurationUnit(ChronoUnit.SECONDS) Duration sendTimeout,
            @DefaultValue("30s") @DurationUnit(ChronoUnit.SECONDS) Duration replyTimeout,
            @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration maxAge, @DefaultValue("false") boolean failFast,
            @DefaultValue Retry retry) {

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is out of range; the message names the property
         */
        public Template {
            checkTimeout("ipc.messaging.template.send-timeout", sendTimeout);
            checkTimeout("ipc.messaging.template.reply-timeout", replyTimeout);
            if (maxAge != null) {
                checkTimeout("ipc.messaging.template.max-age", maxAge);
            }
            retry.check("ipc.messaging.template.retry.");
        }
    }

    /**
     * Settings under {@code ipc.messaging.listener}.
     *
     * @param autoStartup Whether listeners start with the application.
     * @param concurrency Number of threads that receive for a listener.
     * @param prefetch Number of messages of one sending process that may be on their way to a listener: sent, and not yet
     * handled. The default is that of "ipc.channels.credits.messages".
     * @param prefetchSize Size of the messages of one sending process that may be on their way to a listener, with the regions
     * and links that they carry. A single message may be larger. The default is that of "ipc.channels.credits.bytes".
     * @param maxAge Age from which on a message is dropped instead of being handled. No limit by default.
     * @param dropping Whether a message for which the subscriber of a topic has no room is dropped for it at once. Otherwise its
     * publisher waits, at most for its send time-out.
     * @param replyTimeout How long a listener waits until its reply, or a result for another destination, is sent.
     * @param shutdownTimeout How long all listeners together may go on handling messages when the application stops. After
     * that, the rest is reported and methods that run are interrupted. If
     * "spring.lifecycle.timeout-per-shutdown-phase" is shorter, it applies.
     * @param retry Settings of calling a listener's method again after it has failed.
     */
    public record Listener(@DefaultValue("true") boolean autoStartup, @DefaultValue("1") int concurrency,
            @Nullable Integer prefetch, @Nullable DataSize prefetchSize,
            @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration maxAge, @DefaultValue("false") boolean dropping,
            @DefaultValue("5s") @DurationUnit(ChronoUnit.SECONDS) Duration replyTimeout,
            @DefaultValue("10s") @DurationUnit(ChronoUnit.SECONDS) Duration shutdownTimeout,
            @DefaultValue Retry retry) {

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is out of range; the message names the property
         */
        public Listener {
            InvalidIpcPropertyException.throwUnless(concurrency >= 1, "ipc.messaging.listener.concurrency", concurrency,
                    "at least 1");
            if (prefetch != null) {
                InvalidIpcPropertyException.throwUnless(prefetch >= 1, "ipc.messaging.listener.prefetch", prefetch,
                        "at least 1");
            }
            if (prefetchSize != null) {
                InvalidIpcPropertyException.throwUnless(prefetchSize.toBytes() >= 1,
                        "ipc.messaging.listener.prefetch-size", prefetchSize, "at least 1B");
            }
            if (maxAge != null) {
                checkTimeout("ipc.messaging.listener.max-age", maxAge);
            }
            checkTimeout("ipc.messaging.listener.reply-timeout", replyTimeout);
            checkTimeout("ipc.messaging.listener.shutdown-timeout", shutdownTimeout);
            retry.check("ipc.messaging.listener.retry.");
        }
    }

    /**
     * Settings under {@code ipc.messaging.listener.retry} and {@code ipc.messaging.template.retry}.
     *
     * @param enabled Whether what has failed is tried again.
     * @param maxRetries Number of further attempts after the first one.
     * @param delay Time before the first retry.
     * @param jitter Largest random time that a delay is longer or shorter.
     * @param multiplier Factor by which each delay is longer than the one before.
     * @param maxDelay Longest delay. The default is 10s, or the first delay if that is longer.
     */
    public record Retry(@DefaultValue("false") boolean enabled, @DefaultValue("3") long maxRetries,
            @DefaultValue("1s") @DurationUnit(ChronoUnit.SECONDS) Duration delay,
            @DefaultValue("0s") @DurationUnit(ChronoUnit.SECONDS) Duration jitter,
            @DefaultValue("1") double multiplier,
            @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration maxDelay) {

        private static final Duration DEFAULT_MAX_DELAY = Duration.ofSeconds(10);

        /** {@return the policy, which retries exceptions and no errors} */
        public RetryPolicy policy() {
            return RetryPolicy.builder().maxRetries(maxRetries).delay(delay).jitter(jitter).multiplier(multiplier)
                    .maxDelay(longest()).includes(Exception.class).build();
        }

        private void check(String prefix) {
            InvalidIpcPropertyException.throwUnless(maxRetries >= 0, prefix + "max-retries", maxRetries, "0 or more");
            InvalidIpcPropertyException.throwUnless(multiplier >= 1, prefix + "multiplier", multiplier, "at least 1");
            checkTimeout(prefix + "delay", delay);
            checkTimeout(prefix + "jitter", jitter);
            if (maxDelay != null) {
                InvalidIpcPropertyException.throwUnless(maxDelay.isPositive(), prefix + "max-delay", maxDelay,
                        "more than 0");
                InvalidIpcPropertyException.throwUnless(maxDelay.compareTo(delay) >= 0, prefix + "max-delay", maxDelay,
                        "at least " + prefix + "delay, which is " + delay);
            }
        }

        private Duration longest() {
            if (maxDelay != null) {
                return maxDelay;
            }
            return delay.compareTo(DEFAULT_MAX_DELAY) > 0 ? delay : DEFAULT_MAX_DELAY;
        }
    }

    private static void checkTimeout(String property, Duration timeout) {
        InvalidIpcPropertyException.throwUnless(!timeout.isNegative(), property, timeout, "0 or more");
    }
}
