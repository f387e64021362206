package io.resourcelink.boot.messaging;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;

import org.springframework.core.GenericTypeResolver;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.util.ClassUtils;

/** What the payloads for a listener's method are, as its parameters say, and what it answers. */
final class PayloadType {

    private PayloadType() {}

    static Type of(Method method, Class<?> implementation) {
        List<Type> said = Arrays.stream(method.getParameters()).filter(PayloadType::hasPayload)
                .map(parameter -> payload(GenericTypeResolver.resolveType(parameter.getParameterizedType(),
                        implementation)))
                .filter(type -> type != Object.class).distinct().toList();
        if (said.size() > 1) {
            throw new IllegalStateException(
                    "The parameters of " + method + " do not agree on what the payload is: " + said);
        }
        return said.isEmpty() ? Object.class : said.getFirst();
    }

    /** What a listener's method answers; {@code void} if it answers nothing. */
    static Type returnedBy(Method method, Class<?> implementation) {
        return payload(GenericTypeResolver.resolveType(method.getGenericReturnType(), implementation));
    }

    private static boolean hasPayload(Parameter parameter) {
        return !parameter.isAnnotationPresent(Header.class) && !parameter.isAnnotationPresent(Headers.class)
                && !MessageHeaders.class.isAssignableFrom(parameter.getType())
                && !MessageHeaderAccessor.class.isAssignableFrom(parameter.getType());
    }

    private static Type payload(Type said) {
        if (said instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw
                && Message.class.isAssignableFrom(raw)) {
            Type payload = generic.getActualTypeArguments()[0];
            return payload instanceof Class<?> || payload instanceof ParameterizedType ? payload : Object.class;
        }
        if (said instanceof Class<?> raw) {
            return Message.class.isAssignableFrom(raw) ? Object.class : ClassUtils.resolvePrimitiveIfNecessary(raw);
        }
        return said;
    }
}
