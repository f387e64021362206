package io.resourcelink.boot.messaging;

import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.springframework.beans.BeanUtils;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;

/**
 * The types as which payloads are written: their own classes. As an {@code Object}, Jackson would omit what distinguishes subtypes.
 * The type parameters of a class are unknown, because a value does not say what its elements are; the receiver declares it.
 * Thread-safe.
 */
final class PayloadTypes {

    private static final ResolvableType ANYTHING = ResolvableType.forType(new ParameterizedTypeReference<List<?>>() {
    }).getGeneric();

    private final Map<Class<?>, MessageType<Object>> known = new ConcurrentHashMap<>();

    MessageType<Object> of(Object payload) {
        // A constant with a body has a class of its own.
        Class<?> own = payload instanceof Enum<?> constant ? constant.getDeclaringClass() : payload.getClass();
        return known.computeIfAbsent(own, PayloadTypes::type);
    }

    /**
     * Closes what a payload carries, no matter which object holds it.
     *
     * @throws io.resourcelink.error.MessageException if the payload cannot be encoded; what was found until then is closed
     */
    void discard(Channel channel, Object payload) {
        if (!BeanUtils.isSimpleValueType(payload.getClass())) {
            channel.discard(payload, of(payload));
        }
    }

    @SuppressWarnings("unchecked")
    private static MessageType<Object> type(Class<?> payload) {
        return (MessageType<Object>) MessageType.of(unbound(payload));
    }

    private static Type unbound(Class<?> payload) {
        Class<?> raw = payload.getTypeParameters().length > 0 ? payload : declared(payload);
        ResolvableType[] unknown = new ResolvableType[raw.getTypeParameters().length];
        Arrays.fill(unknown, ANYTHING);
        return unknown.length == 0 ? raw : ResolvableType.forClassWithGenerics(raw, unknown).getType();
    }

    /** Views of the JDK's maps, such as {@code values()}, do not declare what their elements are. */
    private static Class<?> declared(Class<?> payload) {
        if (payload.getClassLoader() != null || !Collection.class.isAssignableFrom(payload)) {
            return payload;
        }
        return Stream.<Class<?>>of(List.class, Set.class, Collection.class)
                .filter(type -> type.isAssignableFrom(payload))
                .findFirst().orElse(payload);
    }
}
