package io.resourcelink.boot.messaging.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;

/**
 * Settings under {@code ipc.messaging}.
 *
 * @param template Sending.
 * @param listener Receiving.
 */
@ConfigurationProperties("ipc.messaging")
public record IpcMessagingProperties(@DefaultValue Template template, @DefaultValue Listener listener) {

    /**
     * Settings under {@code ipc.messaging.template}.
     *
     * @param sendTimeout How long sending waits for somebody to serve the destination, to answer and to take the message.
     * @param replyTimeout How long a reply is waited for after its request was sent.
     */
    public record Template(@DefaultValue("5s") Duration sendTimeout, @DefaultValue("30s") Duration replyTimeout) {

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
     * @param concurrency How many threads a listener receives with.
     * @param shutdownTimeout How long listeners may take to return when the application stops, before they are
     * interrupted.
     */
    public record Listener(@DefaultValue("true") boolean autoStartup, @DefaultValue("1") int concurrency,
            @DefaultValue("10s") Duration shutdownTimeout) {

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
