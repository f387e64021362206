package io.resourcelink.boot.messaging;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Determines the type as which the messages for several handlers of a class are read: the most specific common type of
 * their payloads that lets the reader choose the class of each message.
 */
final class CommonType {

    private CommonType() {}

    /**
     * {@return the type}
     *
     * @throws InvalidListenerException if there is none or more than one, or if it does not say which handler is called
     */
    static Class<?> of(Class<?> listener, List<Method> handlers) {
        Map<Type, Method> byType = byType(listener, handlers);
        Method byDefault = byDefault(listener, handlers);
        if (byDefault != null) {
            byType.remove(Object.class, byDefault);
        }
        Class<?> common = common(listener, byType.keySet());
        if (byDefault != null && byType.containsValue(byDefault) && !byDefault.equals(byType.get(common))) {
            throw new InvalidListenerException(
                    "The default handler " + MethodName.of(byDefault)
                            + " does not take each message: the messages are of type " + common.getName() + '.',
                    "Change its payload parameter to " + common.getName() + " or Object.");
        }
        return common;
    }

    /** {@return whether a method is the handler of messages for which there is no other} */
    static boolean isDefault(Method handler) {
        return MergedAnnotations.from(handler, SearchStrategy.TYPE_HIERARCHY).get(IpcHandler.class)
                .getValue("isDefault", Boolean.class).orElse(false);
    }

    private static Map<Type, Method> byType(Class<?> listener, List<Method> handlers) {
        Map<Type, Method> byType = new LinkedHashMap<>();
        for (Method handler : handlers) {
            Type payload = PayloadType.of(handler, listener);
            Method other = byType.put(payload, handler);
            if (other != null) {
                throw new InvalidListenerException(
                        "Two handlers of " + listener.getName() + " take " + payload.getTypeName() + ": "
                                + MethodName.of(other) + " and " + MethodName.of(handler) + '.',
                        "Remove one of them.");
            }
        }
        return byType;
    }

    private static @Nullable Method byDefault(Class<?> listener, List<Method> handlers) {
        List<Method> defaults = handlers.stream().filter(CommonType::isDefault).toList();
        if (defaults.size() > 1) {
            throw new InvalidListenerException("Class " + listener.getName() + " has several default handlers: "
                    + defaults.stream().map(MethodName::of).toList() + '.',
                    "Keep isDefault = true on one of them.");
        }
        return defaults.isEmpty() ? null : defaults.getFirst();
    }

    private static Class<?> common(Class<?> listener, Collection<Type> payloads) {
        List<Class<?>> common = superTypes(payloads.iterator().next()).stream()
                .filter(candidate -> payloads.stream().allMatch(payload -> isOf(candidate, payload)))
                .filter(CommonType::isOpen).toList();
        List<Class<?>> closest = common.stream().filter(candidate -> common.stream()
                .noneMatch(other -> other != candidate && candidate.isAssignableFrom(other))).toList();
        if (closest.size() == 1) {
            return closest.getFirst();
        }
        String taken = "The handlers of " + listener.getName() + " take "
                + payloads.stream().map(Type::getTypeName).toList() + ", which have ";
        throw closest.isEmpty()
                ? new InvalidListenerException(taken + "no common type with @JsonTypeInfo.",
                        "Let all of them implement one sealed interface with @JsonTypeInfo(use = JsonTypeInfo.Id.NAME), or"
                                + " use one destination for each of them. Only a default handler may take Object.")
                : new InvalidListenerException(
                        taken + "several common types with @JsonTypeInfo: "
                                + closest.stream().map(Class::getName).toList() + '.',
                        "Let the default handler take one of these: @IpcHandler(isDefault = true).");
    }

    private static Set<Class<?>> superTypes(Type payload) {
        Set<Class<?>> types = new LinkedHashSet<>();
        collect(payload instanceof Class<?> type ? type : null, types);
        return types;
    }

    private static void collect(@Nullable Class<?> type, Set<Class<?>> types) {
        if (type != null && types.add(type)) {
            collect(type.getSuperclass(), types);
            for (Class<?> implemented : type.getInterfaces()) {
                collect(implemented, types);
            }
        }
    }

    /** A generic payload has no common type, because the message would not say what its parameters are. */
    private static boolean isOf(Class<?> candidate, Type payload) {
        return payload instanceof Class<?> type && candidate.isAssignableFrom(type);
    }

    /** Jackson's annotations count for subtypes too. One that is a class itself has no further subtypes to tell apart. */
    private static boolean isOpen(Class<?> type) {
        SearchStrategy strategy = Modifier.isAbstract(type.getModifiers())
                ? SearchStrategy.TYPE_HIERARCHY
                : SearchStrategy.DIRECT;
        return MergedAnnotations.from(type, strategy).isPresent(JsonTypeInfo.class);
    }
}
