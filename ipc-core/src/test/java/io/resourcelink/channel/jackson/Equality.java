package io.resourcelink.channel.jackson;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** Equality of what was sent and received. Content counts where the JDK defines no equality. */
final class Equality {

    private Equality() {}

    @SuppressWarnings("ReferenceEquality") // one of them is null
    static boolean equal(@Nullable Object sent, @Nullable Object received) {
        if (sent == null || received == null) {
            return sent == received;
        }
        if (Objects.deepEquals(sent, received) && Objects.deepEquals(received, sent)) {
            return true;
        }
        return switch (sent) {
            case Pattern one -> received instanceof Pattern other && one.pattern().equals(other.pattern())
                    && one.flags() == other.flags();
            case CharSequence one when one.getClass() == received.getClass() ->
                one.toString().equals(received.toString());
            case AtomicInteger one -> received instanceof AtomicInteger other && one.get() == other.get();
            case AtomicLong one -> received instanceof AtomicLong other && one.get() == other.get();
            case AtomicBoolean one -> received instanceof AtomicBoolean other && one.get() == other.get();
            case AtomicReference<?> one ->
                received instanceof AtomicReference<?> other && equal(one.get(), other.get());
            case Optional<?> one -> received instanceof Optional<?> other
                    && equal(one.orElse(null), other.orElse(null));
            case Map.Entry<?, ?> one -> received instanceof Map.Entry<?, ?> other && equal(one.getKey(), other.getKey())
                    && equal(one.getValue(), other.getValue());
            case Object[] one -> received instanceof Object[] other && one.getClass() == other.getClass()
                    && inOrder(List.of(one), List.of(other));
            case Set<?> one -> received instanceof Set<?> other && one.size() == other.size()
                    && one.stream().allMatch(a -> other.stream().anyMatch(b -> equal(a, b)));
            case List<?> one -> received instanceof List<?> other && inOrder(one, other);
            case java.util.Queue<?> one -> received instanceof java.util.Queue<?> other && inOrder(one, other);
            case Map<?, ?> one when received instanceof Map<?, ?> other && one.keySet().equals(other.keySet()) ->
                one.keySet().stream().allMatch(key -> equal(one.get(key), other.get(key)));
            default -> false;
        };
    }

    private static boolean inOrder(Collection<?> one, Collection<?> other) {
        List<?> first = new ArrayList<>(one);
        List<?> second = new ArrayList<>(other);
        boolean equal = first.size() == second.size();
        for (int i = 0; equal && i < first.size(); i++) {
            equal = equal(first.get(i), second.get(i));
        }
        return equal;
    }
}
