package io.resourcelink.boot.messaging;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.SubSender;
import io.resourcelink.internal.work.Reason;

/**
 * The form of all messages between templates and listeners. A process without Spring takes part by sending envelopes to
 * a destination, or by serving one.
 *
 * @param <T> the type of the payload
 * @param headers strings, numbers and booleans by name
 * @param payload the payload, or {@code null} in a reply that only says that the listener has finished
 * @param replyTo where the sender waits for a reply, or {@code null} if it does not wait
 * @param failure in a reply, the failure of the listener, or {@code null} if it succeeded
 */
public record Envelope<T>(Map<String, Object> headers, @Nullable T payload,
        @Nullable SubSender<Envelope<Object>> replyTo, @Nullable String failure) {

    /** Copies the headers, without those that have no value. */
    public Envelope {
        headers = withoutNulls(headers);
    }

    /** An envelope from another process may lack any of its parts. */
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
