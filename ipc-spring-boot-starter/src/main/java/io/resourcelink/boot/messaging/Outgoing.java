package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;

import io.resourcelink.channel.SendOptions;

/**
 * A message as it is sent.
 *
 * @param destination where to
 * @param message the message
 * @param headers those that travel; the trace is added before the message is sent
 * @param options all options, without {@code null}
 * @param begun when the program's call began, by {@link System#nanoTime}
 */
record Outgoing(String destination, Message<?> message, Map<String, Object> headers, IpcSendOptions options,
        long begun) {

    /**
     * Prepares a message.
     *
     * @throws IllegalArgumentException if one of its headers is no valid option
     */
    static Outgoing of(String destination, Message<?> message, IpcSendOptions options, IpcSendOptions defaults) {
        return new Outgoing(destination, message, Headers.travelling(message.getHeaders()),
                options.or(Headers.options(message.getHeaders())).or(defaults), System.nanoTime());
    }

    Object payload() {
        return message.getPayload();
    }

    /** {@return how the channel sends it} What is handed over stays open, because it may have to be sent once more. */
    SendOptions within(Duration left) {
        return SendOptions.DEFAULT.headers(headers).timeout(left).maxAge(said(options.maxAge()))
                .age(Duration.ofNanos(System.nanoTime() - begun));
    }

    Duration sendTimeout() {
        return said(options.sendTimeout());
    }

    Duration replyTimeout() {
        return said(options.replyTimeout());
    }

    boolean failsFast() {
        return Boolean.TRUE.equals(options.failFast());
    }

    private static Duration said(@Nullable Duration time) {
        return Objects.requireNonNull(time);
    }
}
