package io.resourcelink.channel.jackson;

import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

import io.resourcelink.channel.MessageType;
import io.resourcelink.error.MessageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Values of the JDK's types in several places of a message: each is received equal by a receiver of the same type, or refused by the
 * sender. None is received as something else, and none fails at the receiver only.
 */
class EqualOrRefusedTest {

    private static final TypeFactory TYPES = TypeFactory.createDefaultInstance();

    record Holder<T>(T value) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    sealed interface Shape<T> permits Round {}

    record Round<T>(T value) implements Shape<T> {}

    /** A class with getters and setters. */
    public static class Bean<T> {

        private @Nullable T value;

        public @Nullable T getValue() {
            return value;
        }

        public void setValue(@Nullable T value) {
            this.value = value;
        }
    }

    /** A message and its type. */
    private record Sent(Object message, Type type) {

        static Sent of(Object message, Class<?> raw, Class<?>... arguments) {
            JavaType type = arguments.length == 0
                    ? TYPES.constructType(raw)
                    : TYPES.constructParametricType(raw, arguments);
            return new Sent(message, ResolvedType.messageType(type).type());
        }
    }

    /** Knows what it has learnt in the other test. */
    private static final JacksonCodec CODEC = new JacksonCodec();

    @TestFactory
    Stream<DynamicTest> valuesOfTheJdkAreReceivedEqualOrRefused() {
        return JdkSamples.types().stream().map(type -> DynamicTest.dynamicTest(type.getName(),
                () -> JdkSamples.of(type)
                        .forEach(value -> places(type, value).forEach(EqualOrRefusedTest::isEqualOrRefused))));
    }

    private static List<Sent> places(Class<?> type, Object value) {
        List<Sent> places = new ArrayList<>(List.of(Sent.of(value, type),
                Sent.of(new Holder<>(value), Holder.class, type),
                Sent.of(List.of(value), List.class, type), Sent.of(Map.of("key", value), Map.class, String.class, type),
                Sent.of(new Holder<>(value), Holder.class, Object.class),
                Sent.of(new Holder<>(value), Holder.class, Comparable.class),
                Sent.of(Map.of("key", value), Map.class, String.class, Object.class)));
        Bean<Object> bean = new Bean<>();
        bean.setValue(value);
        places.addAll(List.of(Sent.of(bean, Bean.class, type), Sent.of(new Round<>(value), Shape.class, type),
                Sent.of(Set.of(value), Set.class, type), Sent.of(Optional.of(value), Optional.class, type),
                Sent.of(array(type, value), type.arrayType())));
        if (type != Object.class) {
            places.add(Sent.of(Collections.singletonMap(value, "value"), Map.class, type, String.class));
        }
        return places;
    }

    private static Object array(Class<?> type, Object value) {
        Object array = Array.newInstance(type, 1);
        Array.set(array, 0, value);
        return array;
    }

    private static boolean isEqualOrRefused(Sent sent) {
        MessageType<?> type = MessageType.of(sent.type());
        byte[] body;
        try {
            body = CODEC.encode(sent.message(), type, new FakeAttachments());
        } catch (JacksonException | MessageException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
        try {
            Object received = CODEC.decode(body, type, new FakeAttachments());
            assertThat(Equality.equal(contentOf(sent.message()), contentOf(received)))
                    .as("%s received as %s, in %s", sent.message(), received, type).isTrue();
        } catch (JacksonException | MessageException e) {
            fail(sent.message() + " in " + type + " fails at the receiver only", e);
        }
        return true;
    }

    private static @Nullable Object contentOf(Object message) {
        return switch (message) {
            case Holder<?> holder -> holder.value();
            case Bean<?> bean -> bean.getValue();
            case Round<?> round -> round.value();
            default -> message;
        };
    }

    /** Jackson alone would take the type argument of a class that is not final for {@code Object}. */
    @Test
    void aMessageOfAGenericClassIsWrittenWithItsTypeArguments() {
        Instant value = Instant.ofEpochSecond(1_700_000_000, 123_456_789);
        Bean<Object> bean = new Bean<>();
        bean.setValue(value);
        assertThat(isEqualOrRefused(Sent.of(bean, Bean.class, Instant.class))).isTrue();
        assertThat(isEqualOrRefused(Sent.of(new Round<>(value), Shape.class, Instant.class))).isTrue();
        assertThat(isEqualOrRefused(Sent.of(bean, Bean.class, Object.class))).isFalse();
    }

    /** Refusing everything would be easy. */
    @Test
    void theCommonTypesAreNotRefused() {
        Set<Class<?>> equal = ConcurrentHashMap.newKeySet();
        for (Class<?> type : JdkSamples.types()) {
            if (JdkSamples.of(type).stream()
                    .anyMatch(value -> isEqualOrRefused(Sent.of(new Holder<>(value), Holder.class, type)))) {
                equal.add(type);
            }
        }
        assertThat(equal).hasSizeGreaterThan(90).contains(Integer.class, Long.class, String.class, Character.class,
                java.math.BigDecimal.class, java.net.URI.class, java.nio.file.Path.class, java.nio.ByteBuffer.class,
                java.time.Instant.class, java.time.Duration.class, java.time.ZonedDateTime.class,
                java.time.ZoneId.class,
                java.time.LocalDate.class, java.util.Locale.class, java.util.Currency.class, java.util.UUID.class,
                java.util.Date.class, java.util.TimeZone.class, java.util.regex.Pattern.class, List.class, Set.class,
                Map.class, java.util.Optional.class, java.util.TreeMap.class, java.util.ArrayDeque.class)
                .doesNotContain(java.net.InetAddress.class, java.net.InetSocketAddress.class, java.io.File.class,
                        java.util.BitSet.class, java.sql.Timestamp.class, java.util.Calendar.class,
                        java.util.concurrent.locks.ReentrantLock.class, java.util.stream.Stream.class);
    }
}
