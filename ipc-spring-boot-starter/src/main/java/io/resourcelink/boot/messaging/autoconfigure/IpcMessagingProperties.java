package io.resourcelink.boot.messaging.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

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
     */
    public record Template(@DefaultValue("5s") @DurationUnit(ChronoUnit.SECONDS) Duration sendTimeout,
            @DefaultValue("30s") @DurationUnit(ChronoUnit.SECONDS) Duration replyTimeout) {

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is out of range; the message names the property
         */
        public Template {
            checkTimeout("ipc.messaging.template.send-timeout", sendTimeout);
            checkTimeout("ipc.messaging.template.reply-timeout", replyTimeout);
        }
    }

    /**
     * Settings under {@code ipc.messaging.listener}.
     *
     * @param autoStartup Whether listeners start with the application.
     * @param concurrency Number of threads that receive for a listener.
     * @param shutdownTimeout How long the methods of listeners may take to return when the application stops. After
     * that, their threads are interrupted.
     */
    public record Listener(@DefaultValue("true") boolean autoStartup, @DefaultValue("1") int concurrency,
            @DefaultValue("10s") @DurationUnit(ChronoUnit.SECONDS) Duration shutdownTimeout) {

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is out of range; the message names the property
         */
        public Listener {
            InvalidIpcPropertyException.throwUnless(concurrency >= 1, "ipc.messaging.listener.concurrency", concurrency,
                    "at least 1");
            checkTimeout("ipc.messaging.listener.shutdown-timeout", shutdownTimeout);
        }
    }

    private static void checkTimeout(String property, Duration timeout) {
        InvalidIpcPropertyException.throwUnless(!timeout.isNegative(), property, timeout, "0 or more");
    }
}
