package io.resourcelink.channel.jackson;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.stream.Stream;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdScalarSerializer;
import tools.jackson.databind.type.TypeFactory;

/**
 * Stands for a type argument that the sender does not know, and that the receiver declares: the {@code ?} in {@code List<?>}. A value
 * in such a place is written as a place of its own class would be.
 */
interface Undeclared {

    /** {@return the type of a message for writing, with this in place of its wildcards} */
    static JavaType written(Type type, TypeFactory types) {
        return switch (type) {
            case WildcardType wildcard when wildcard.getLowerBounds().length == 0
                    && wildcard.getUpperBounds()[0] == Object.class ->
                types.constructType(Undeclared.class);
            case ParameterizedType generic when generic.getRawType() instanceof Class<?> raw
                    && Stream.of(generic.getActualTypeArguments()).anyMatch(Undeclared::isIn) ->
                types.constructParametricType(raw, Stream.of(generic.getActualTypeArguments())
                        .map(argument -> written(argument, types)).toArray(JavaType[]::new));
            default -> types.constructType(type);
        };
    }

    /**
     * {@return the type of a value in such a place: of what is in the value, nothing is declared either} Static, so that Jackson asks
     * the serializer of this type, not that of the class of an element.
     */
    static JavaType written(Class<?> type, TypeFactory types) {
        JavaType[] unknown = new JavaType[type.getTypeParameters().length];
        if (unknown.length == 0) {
            return types.constructType(type);
        }
        Arrays.fill(unknown, types.constructType(Undeclared.class));
        return types.constructParametricType(type, unknown).withStaticTyping();
    }

    private static boolean isIn(Type type) {
        return switch (type) {
            case WildcardType wildcard -> wildcard.getUpperBounds()[0] == Object.class;
            case ParameterizedType generic -> Stream.of(generic.getActualTypeArguments()).anyMatch(Undeclared::isIn);
            default -> false;
        };
    }

    /** Writes a value as a place of its own class would. */
    final class Serializer extends StdScalarSerializer<Object> {

        Serializer() {
            super(Undeclared.class, false);
        }

        @Override
        public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
            context.findTypedValueSerializer(written(value.getClass(), context.getTypeFactory()), true)
                    .serialize(value, generator, context);
        }
    }

    /** Writes a key as a key of its own class would be. */
    final class KeySerializer extends StdScalarSerializer<Object> {

        KeySerializer() {
            super(Undeclared.class, false);
        }

        @Override
        public void serialize(Object key, JsonGenerator generator, SerializationContext context) {
            context.findKeySerializer(key.getClass(), null).serialize(key, generator, context);
        }
    }
}
