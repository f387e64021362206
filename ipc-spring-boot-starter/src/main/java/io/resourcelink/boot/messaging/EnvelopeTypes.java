package io.resourcelink.boot.messaging;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.resourcelink.channel.MessageType;

/**
 * The types of envelopes by those of their payloads: one for each type that the program names. A payload is written as what
 * it is, not as an {@code Object}: Jackson would forget what tells it apart from its siblings.
 */
final class EnvelopeTypes {

    private final Map<Type, MessageType<?>> known = new ConcurrentHashMap<>();

    @SuppressWarnings("unchecked")
    <T> MessageType<Envelope<T>> of(Type payload) {
        return (MessageType<Envelope<T>>) known.computeIfAbsent(payload, type -> MessageType
                .of(ResolvableType.forClassWithGenerics(Envelope.class, ResolvableType.forType(type)).getType()));
    }

    /** Of an envelope that may hold anything: what it carries is not looked at. */
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
