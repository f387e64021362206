package io.resourcelink.boot.messaging;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.SubSender;
import io.resourcelink.internal.work.Reason;

/**
 * What a payload travels in: the form of all messages between templates and listeners. A process without Spring takes part
 * by sending envelopes to a destination, or by serving one.
 *
 * @param <T> what the payload is
 * @param headers texts, numbers and truth values by name
 * @param payload the payload, or {@code null} in a reply that says no more than that the listener is done
 * @param replyTo where a reply is waited for, or {@code null} if nobody waits
 * @param failure in a reply, what the listener has failed with, or {@code null} if it has not
 */
public record Envelope<T>(Map<String, Object> headers, @Nullable T payload,
        @Nullable SubSender<Envelope<Object>> replyTo, @Nullable String failure) {

    /** Takes a copy of the headers, without those that have no value. */
    public Envelope {
        headers = withoutNulls(headers);
    }

    /** What another process has sent may lack anything. */
    private static Map<String, Object> withoutNulls(@Nullable Map<String, Object> headers) {
        Map<String, Object> present = new LinkedHashMap<>();
        if (headers != null) {
            present.putAll(headers);
            present.values().removeIf(Objects::isNull);
        }
        return Collections.unmodifiableMap(present);
    }

    static <T> Envelope<T> failed(Throwable failure) {
        return new Envelope<>(Map.of(), null, null, Reason.of(failure));
    }
}
