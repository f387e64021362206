package io.resourcelink.channel.jackson;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.introspect.AnnotatedField;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.PropertyWriter;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.ser.impl.UnknownSerializer;
import tools.jackson.databind.ser.jdk.EnumSerializer;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;

import io.resourcelink.channel.jackson.Receiver.Reading;

/**
 * Decides once for each class whether its values come over equal, when Jackson has chosen the serializer. A serializer that is not
 * Jackson's own comes from a module or an annotation of the user, and is right.
 */
final class SerializerGate extends ValueSerializerModifier {

    private static final long serialVersionUID = 1L;
    private static final String JACKSON = "tools.jackson.databind.";

    private static final String REASON_OF_NULL = "An element is null and would be received as an empty optional value. Use an empty one.";

    private static final String REASON_OF_ENUMS = "A java.util.EnumSet can be sent only in a place that declares which enum its elements have.";

    private final transient Supplier<Receiver> receiver;

    SerializerGate(Supplier<Receiver> receiver) {
        this.receiver = receiver;
    }

    private static boolean isJacksons(ValueSerializer<?> serializer) {
        return serializer.getClass().getName().startsWith(JACKSON);
    }

    /** Many serializers of users fail where subtypes are to be told apart. */
    private static boolean knowsPositions(ValueSerializer<?> serializer) {
        return Stream.of(serializer.getClass().getMethods())
                .filter(method -> method.getName().equals("serializeWithType"))
                .noneMatch(method -> method.getDeclaringClass() == ValueSerializer.class);
    }

    @Override
    public ValueSerializer<?> modifySerializer(SerializationConfig config, BeanDescription.Supplier description,
            ValueSerializer<?> serializer) {
        Class<?> raw = description.getBeanClass();
        if (raw.isPrimitive()) {
            return serializer;
        }
        if (Enum.class.isAssignableFrom(raw)) {
            // Some of them, as that of months, write numbers and ask no position.
            return serializer instanceof EnumSerializer ? serializer : new CheckedSerializer(serializer, _ -> null);
        }
        if (!isJacksons(serializer)) {
            return knowsPositions(serializer) ? serializer : new CheckedSerializer(serializer, _ -> null);
        }
        String reason = Throwable.class.isAssignableFrom(raw)
                ? JdkTypes.reason(raw)
                : JdkTypes.contains(raw)
                        ? reasonOfJdk(description.getType())
                        : reasonOfUser(description.getType(), serializer);
        if (reason != null) {
            return new RefusingSerializer(raw, reason);
        }
        if (JdkTypes.isChecked(raw)) {
            return new CheckedSerializer(serializer, JdkTypes::reasonOfValue);
        }
        // Jackson writes only what is inside, so the check of the place has to come first.
        return description.getType().isReferenceType() ? new CheckedSerializer(serializer, _ -> null) : serializer;
    }

    private static @Nullable String reasonOfJdk(JavaType type) {
        if (type.isReferenceType() && isEmptyAsNull(type.getContentType())) {
            return "An optional value in a " + type.getRawClass().getTypeName()
                    + " can't be sent in a message: both are received empty if the inner one is. Use one of them.";
        }
        return JdkTypes.isEqual(type.getRawClass()) ? null : JdkTypes.reason(type.getRawClass());
    }

    /** Whether something else than null is written as null. */
    private static boolean isEmptyAsNull(JavaType type) {
        return type.isReferenceType() || type.hasRawClass(OptionalInt.class) || type.hasRawClass(OptionalLong.class)
                || type.hasRawClass(OptionalDouble.class);
    }

    private @Nullable String reasonOfUser(JavaType type, ValueSerializer<?> serializer) {
        if (serializer instanceof UnknownSerializer) {
            return fields(type.getRawClass()).findAny().isPresent()
                    ? name(type) + "it has no properties. Add getters, or make it a record."
                    : obstacle(type);
        }
        if (!(serializer instanceof BeanSerializerBase)) {
            return null;
        }
        Reading reading = receiver.get().reading(type);
        if (reading.obstacle() != null) {
            return obstacle(type);
        }
        return reading.deserializer() instanceof BeanDeserializerBase bean ? lost(type, serializer, bean) : null;
    }

    private static String name(JavaType type) {
        return "A " + type.getRawClass().getTypeName() + " can't be sent in a message: ";
    }

    private @Nullable String obstacle(JavaType type) {
        String obstacle = receiver.get().reading(type).obstacle();
        return obstacle == null
                ? null
                : "A " + type.getRawClass().getTypeName() + " can't be sent in a message. " + obstacle;
    }

    /** A property that is a field, and that the receiver skips because nothing sets it. What a getter computes is no loss. */
    private static @Nullable String lost(JavaType type, ValueSerializer<?> serializer, BeanDeserializerBase bean) {
        if (serializer.usesObjectId() || bean.hasAnySetter()) {
            return null;
        }
        for (Iterator<PropertyWriter> properties = serializer.properties(); properties.hasNext();) {
            PropertyWriter property = properties.next();
            if (property instanceof BeanPropertyWriter written && !written.isUnwrapping()
                    && !bean.hasProperty(written.getName()) && !isReadOnly(written) && isField(type, written)) {
                return name(type) + "the receiver can't set its property \"" + written.getName()
                        + "\". Add a setter or a constructor parameter.";
            }
        }
        return null;
    }

    private static boolean isReadOnly(BeanPropertyWriter property) {
        JsonProperty said = property.getAnnotation(JsonProperty.class);
        return said != null && said.access() == JsonProperty.Access.READ_ONLY;
    }

    private static boolean isField(JavaType type, BeanPropertyWriter property) {
        return property.getMember() instanceof AnnotatedField
                || fields(type.getRawClass()).anyMatch(field -> field.getName().equals(property.getName()));
    }

    private static Stream<Field> fields(Class<?> type) {
        return Stream.<Class<?>>iterate(type, one -> one != null && one != Object.class, Class::getSuperclass)
                .flatMap(one -> Stream.of(one.getDeclaredFields()))
                .filter(field -> (field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0);
    }

    /** An absent value is written as null, and null is read as an empty one. */
    @Override
    public List<BeanPropertyWriter> changeProperties(SerializationConfig config, BeanDescription.Supplier description,
            List<BeanPropertyWriter> properties) {
        for (BeanPropertyWriter property : properties) {
            JavaType type = property.getType();
            if (!property.hasNullSerializer()
                    && ((isEmptyAsNull(type) && !isAtomic(type))
                            || JsonNode.class.isAssignableFrom(type.getRawClass()))) {
                property.assignNullSerializer(new RefusingSerializer(type.getRawClass(), "The property \""
                        + property.getName() + "\" is null and would be received as an empty "
                        + type.getRawClass().getTypeName() + ". Use an empty one."));
            }
        }
        return properties;
    }

    private static boolean hasNull(Object collection) {
        Collection<?> values = collection instanceof Map<?, ?> map ? map.values() : (Collection<?>) collection;
        return values.stream().anyMatch(Objects::isNull);
    }

    private static boolean isAtomic(JavaType type) {
        return type.hasRawClass(AtomicReference.class);
    }

    @Override
    public ValueSerializer<?> modifyCollectionSerializer(SerializationConfig config, CollectionType type,
            BeanDescription.Supplier description, ValueSerializer<?> serializer) {
        return collection(type, serializer);
    }

    @Override
    public ValueSerializer<?> modifyMapSerializer(SerializationConfig config, MapType type,
            BeanDescription.Supplier description, ValueSerializer<?> serializer) {
        return collection(type, serializer);
    }

    private static ValueSerializer<?> collection(JavaType type, ValueSerializer<?> serializer) {
        Class<?> raw = type.getRawClass();
        if (!JdkTypes.contains(raw) || !isJacksons(serializer)) {
            return serializer;
        }
        JavaType content = type.getContentType();
        return new CheckedSerializer(serializer, value -> reasonOfElements(content, value));
    }

    private static @Nullable String reasonOfElements(JavaType content, Object value) {
        if (value instanceof EnumSet && !content.getRawClass().isEnum() && !content.hasRawClass(Undeclared.class)) {
            return REASON_OF_ENUMS;
        }
        return isEmptyAsNull(content) && !isAtomic(content) && hasNull(value)
                ? REASON_OF_NULL
                : JdkTypes.reasonOfCollection(value);
    }

    @Override
    public ValueSerializer<?> modifyKeySerializer(SerializationConfig config, JavaType type,
            BeanDescription.Supplier description, ValueSerializer<?> serializer) {
        Class<?> raw = type.getRawClass();
        if (raw == Undeclared.class || type.isEnumType() || !isJacksons(serializer)) {
            return serializer;
        }
        if (raw == Object.class || raw == Comparable.class || raw == CharSequence.class || Map.class == raw) {
            return new CheckedSerializer(serializer, key -> key instanceof String
                    ? null
                    : "Only a String can be a key of a map that does not declare the type of its keys.");
        }
        if (JdkTypes.contains(raw) ? JdkTypes.isEqualKey(raw) : isReadableKey(type, serializer)) {
            return serializer;
        }
        return new RefusingSerializer(raw, "A " + raw.getTypeName()
                + " can't be a key of a map in a message: the receiver would not get an equal one. Use a String, a number,"
                + " an enum or a java.time type as the key, or annotate a method of the class with @JsonKey.");
    }

    /** A text that was made by {@code toString()} is no way back. */
    private boolean isReadableKey(JavaType type, ValueSerializer<?> serializer) {
        return !serializer.getClass().getName().startsWith(JACKSON + "ser.jdk.")
                && receiver.get().obstacleOfKeys(type) == null;
    }
}
