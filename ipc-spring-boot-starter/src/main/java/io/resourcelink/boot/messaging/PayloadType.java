package io.resourcelink.boot.messaging;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.List;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.util.ClassUtils;

/** Determines the types of payloads from the parameters of a listener's method, and the type of its result. */
final class PayloadType {

    private PayloadType() {}

    static Type of(Method method, Class<?> implementation) {
        boolean annotated = Arrays.stream(method.getParameters()).anyMatch(PayloadType::isAnnotated);
        List<Type> said = Arrays.stream(method.getParameters())
                .filter(annotated ? PayloadType::isAnnotated : PayloadType::hasPayload)
                .map(parameter -> payload(
                        DeclaredType.in(implementation, method.getDeclaringClass(), parameter.getParameterizedType())))
                .filter(type -> type != Object.class).distinct().toList();
        if (said.size() > 1) {
            throw new InvalidListenerException(
                    "The parameters of the listener " + MethodName.of(method) + " have different payload types: "
                            + said.stream().map(Type::getTypeName).toList() + ".",
                    "Keep one parameter without annotation or with @Payload, and add @Header or @Headers to the others.");
        }
        return said.isEmpty() ? Object.class : said.getFirst();
    }

    /** {@return the type of the result of a listener's method; {@code void} if there is none} */
    static Type returnedBy(Method method, Class<?> implementation) {
        return payload(AsyncResult
                .valueOf(DeclaredType.in(implementation, method.getDeclaringClass(), method.getGenericReturnType())));
    }

    /** If there is such a parameter, the application itself resolves those that say nothing. */
    private static boolean isAnnotated(Parameter parameter) {
        return parameter.isAnnotationPresent(Payload.class);
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
            if (payload instanceof WildcardType wildcard) {
                payload = wildcard.getUpperBounds()[0];
            }
            return payload instanceof Class<?> || payload instanceof ParameterizedType ? payload : Object.class;
        }
        if (said instanceof Class<?> raw) {
            return Message.class.isAssignableFrom(raw) ? Object.class : ClassUtils.resolvePrimitiveIfNecessary(raw);
        }
        return said;
    }
}
