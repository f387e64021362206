package io.resourcelink.boot.messaging;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.resourcelink.channel.MessageType;

/**
 * The types of envelopes, by the types of their payloads. A payload is written with its own type and not as an {@code
 * Object}. Otherwise Jackson would omit what distinguishes subtypes.
 */
final class EnvelopeTypes {

    private final Map<Type, MessageType<?>> known = new ConcurrentHashMap<>();

    @SuppressWarnings("unchecked")
    <T> MessageType<Envelope<T>> of(Type payload) {
        return (MessageType<Envelope<T>>) known.computeIfAbsent(payload, type -> MessageType
                .of(ResolvableType.forClassWithGenerics(Envelope.class, ResolvableType.forType(type)).getType()));
    }

    /** The type of an envelope with an unknown payload. Its attachments are not examined. */
    MessageType<Envelope<Object>> unknown() {
        return of(Object.class);
    }

    MessageType<Envelope<Object>> of(Envelope<Object> envelope) {
        return ofPayload(envelope.payload());
    }

    private MessageType<Envelope<Object>> ofPayload(@Nullable Object payload) {
        return of(payload == null ? Object.class : payload.getClass());
    }
}
