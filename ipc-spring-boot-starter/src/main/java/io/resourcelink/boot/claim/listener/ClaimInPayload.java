package io.resourcelink.boot.claim.listener;

import java.beans.PropertyDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.util.ReflectionUtils;

import io.resourcelink.boot.claim.Claims;
import io.resourcelink.claim.Claim;

/** Finds the claim in what the message of a listener was converted to. Thread-safe. */
final class ClaimInPayload {

    private final String name;
    private final Map<Class<?>, Method> accessors = new ConcurrentHashMap<>();

    /**
     * Creates one for the parameter of a method.
     *
     * @param name which component or property it is, empty if there is one only
     */
    ClaimInPayload(String name) {
        this.name = name;
    }

    /**
     * {@return the claim}
     *
     * @param payload the converted message
     * @throws NoClaimException if it has none
     * @throws io.resourcelink.error.InvalidClaimException if it is a text, and that is no claim
     */
    Claim find(Object payload) throws NoClaimException {
        return switch (payload) {
            case Claim claim -> claim;
            case CharSequence text -> Claim.parse(text);
            case byte[] text -> Claim.parse(new String(text, StandardCharsets.UTF_8));
            case Iterable<?> _ -> throw new NoClaimException("it is a batch of messages, and a link is that of one;"
                    + " a listener of batches takes claims, and opens them with " + Claims.class.getName());
            default -> read(payload);
        };
    }

    private Claim read(Object payload) throws NoClaimException {
        Class<?> type = payload.getClass();
        Method accessor = accessors.get(type);
        if (accessor == null) {
            accessor = accessor(type);
            accessors.put(type, accessor);
        }
        if (read(accessor, payload) instanceof Claim claim) {
            return claim;
        }
        throw new NoClaimException("the claim in the " + type.getName() + " is null");
    }

    private Method accessor(Class<?> type) throws NoClaimException {
        Map<String, Method> found = type.isRecord() ? components(type) : properties(type);
        if (!name.isEmpty()) {
            found.keySet().retainAll(Set.of(name));
        }
        if (found.size() == 1) {
            Method accessor = found.values().iterator().next();
            ReflectionUtils.makeAccessible(accessor);
            return accessor;
        }
        String wanted = name.isEmpty() ? "" : " named " + name;
        throw new NoClaimException(found.isEmpty()
                ? "the message was converted to " + type.getName() + ", which has no component of the type "
                        + Claim.class.getName() + wanted
                : "the message was converted to " + type.getName() + ", which has several claims (" + found.keySet()
                        + "), so @OpenClaim must name one");
    }

    private static Map<String, Method> components(Class<?> type) {
        Map<String, Method> found = new LinkedHashMap<>();
        Arrays.stream(type.getRecordComponents()).filter(component -> component.getType() == Claim.class)
                .forEach((RecordComponent component) -> found.put(component.getName(), component.getAccessor()));
        return found;
    }

    private static Map<String, Method> properties(Class<?> type) {
        Map<String, Method> found = new LinkedHashMap<>();
        for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
            Method getter = property.getReadMethod();
            if (getter != null && getter.getReturnType() == Claim.class) {
                found.put(property.getName(), getter);
            }
        }
        return found;
    }

    private static @Nullable Object read(Method accessor, Object payload) throws NoClaimException {
        try {
            return accessor.invoke(payload);
        } catch (InvocationTargetException e) {
            ReflectionUtils.rethrowRuntimeException(e.getTargetException());
            throw new NoClaimException(accessor.toGenericString() + " has failed");
        } catch (IllegalAccessException _) {
            throw new NoClaimException(accessor.toGenericString() + " cannot be called");
        }
    }

    /** There is no claim, and there will be none if the message comes again. */
    static final class NoClaimException extends Exception {

        private static final long serialVersionUID = 1L;

        NoClaimException(String message) {
            super(message);
        }
    }
}
