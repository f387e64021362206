package io.resourcelink.channel.jackson;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * What a receiver that has the same types does with a message. The sender asks while it prepares to write a type, once for each type.
 * It asks Jackson itself for what would read the type. Thread-safe.
 */
final class Receiver {

    private static final List<Object> SAMPLES = List.of("text", true, 5, 5L, 1.5f, 1.5, BigInteger.ONE,
            new BigDecimal("1.20"), new byte[]{ 1 });

    private final ObjectMapper mapper;
    private final byte[] nothing;
    private final Set<Class<?>> plain;
    private final Map<JavaType, Reading> known = new ConcurrentHashMap<>();
    private final Map<JavaType, Reading> knownKeys = new ConcurrentHashMap<>();

    /**
     * What reads a type.
     *
     * @param deserializer the deserializer, or {@code null} if there is none
     * @param obstacle why there is none, or {@code null}
     */
    record Reading(@Nullable ValueDeserializer<?> deserializer, @Nullable String obstacle) {

        /** {@return whether a module or an annotation of the user reads the type} */
        boolean isUsers() {
            return deserializer != null && !deserializer.getClass().getName().startsWith("tools.jackson.databind.");
        }
    }

    /**
     * Makes a receiver.
     *
     * @param given the mapper as the user gave it
     * @param mapper the mapper of the codec, which knows the {@link QuestionDeserializer}
     */
    Receiver(ObjectMapper given, ObjectMapper mapper) {
        this.mapper = mapper;
        this.nothing = given.writeValueAsBytes(null);
        this.plain = plain(given);
    }

    /** The classes of the values that remain what they are where nothing says what they are. */
    private static Set<Class<?>> plain(ObjectMapper given) {
        Set<Class<?>> plain = new HashSet<>();
        for (Object sample : SAMPLES) {
            List<?> received = given.readValue(given.writeValueAsBytes(List.of(sample)), List.class);
            if (Objects.deepEquals(received.getFirst(), sample)) {
                plain.add(sample.getClass());
            }
        }
        return Set.copyOf(plain);
    }

    /** {@return whether a value of a class is received equal where {@code Object} is declared} */
    boolean isPlain(Class<?> type) {
        return plain.contains(type)
                || ((List.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type))
                        && isOpen(mapper.constructType(type)));
    }

    /** Whether the elements are checked as those of a {@code List<Object>} or a {@code Map<String, Object>}. */
    private static boolean isOpen(JavaType type) {
        JavaType key = type.getKeyType();
        return type.getContentType().isJavaLangObject()
                && (key == null || key.isJavaLangObject() || key.hasRawClass(String.class));
    }

    /** {@return what a receiver reads a type with} */
    Reading reading(JavaType type) {
        return reading(known, new Question(type, false));
    }

    /** {@return why a receiver can't read keys of a type, or {@code null} if it can} */
    @Nullable
    String obstacleOfKeys(JavaType type) {
        return reading(knownKeys, new Question(type, true)).obstacle();
    }

    /** Not computed inside the map: Jackson may ask for other types meanwhile. */
    private Reading reading(Map<JavaType, Reading> known, Question question) {
        Reading found = known.get(question.type);
        if (found == null) {
            found = ask(question);
            known.put(question.type, found);
        }
        return found;
    }

    private Reading ask(Question question) {
        try {
            mapper.readerFor(Question.class).withAttribute(Question.class, question).readValue(nothing);
        } catch (JacksonException e) {
            return new Reading(null, e.getOriginalMessage());
        }
        return new Reading(question.deserializer, obstacle(question.deserializer, question.tellsSubtypes));
    }

    private static @Nullable String obstacle(@Nullable ValueDeserializer<?> deserializer, boolean tellsSubtypes) {
        return switch (deserializer) {
            case AbstractDeserializer _ when !tellsSubtypes ->
                "The receiver can't tell which class to make: annotate the type with @JsonTypeInfo, or declare the class.";
            case ValueInstantiator.Gettable made when cannotMake(made.getValueInstantiator()) ->
                "The receiver can't make one: add a constructor without parameters, or one with @JsonCreator.";
            case null, default -> null;
        };
    }

    private static boolean cannotMake(@Nullable ValueInstantiator instantiator) {
        return instantiator != null && !instantiator.canInstantiate();
    }

    /** A type that is asked for. */
    static final class Question {

        private final JavaType type;
        private final boolean isKey;
        private @Nullable ValueDeserializer<?> deserializer;
        private boolean tellsSubtypes;

        Question(JavaType type, boolean isKey) {
            this.type = type;
            this.isKey = isKey;
        }

        private void ask(DeserializationContext context) {
            if (isKey) {
                context.findKeyDeserializer(type, null);
            } else {
                deserializer = context.findContextualValueDeserializer(type, null);
                tellsSubtypes = context.findTypeDeserializer(type) != null;
            }
        }
    }

    /** Is called with Jackson's context, which alone can look for what reads a type. */
    static final class QuestionDeserializer extends StdDeserializer<Question> {

        QuestionDeserializer() {
            super(Question.class);
        }

        @Override
        public @Nullable Question deserialize(JsonParser parser, DeserializationContext context) {
            return null;
        }

        @Override
        public @Nullable Object getNullValue(DeserializationContext context) {
            if (context.getAttribute(Question.class) instanceof Question question) {
                question.ask(context);
            }
            return null;
        }
    }
}
