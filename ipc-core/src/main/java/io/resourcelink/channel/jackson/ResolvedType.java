package io.resourcelink.channel.jackson;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

import io.resourcelink.channel.MessageType;

/**
 * What Jackson found out about a type, with all its variables bound, as reflection would say it: equal to the type that
 * {@code new MessageType<List<Frame>>() {}} has, and known to codecs that aren't Jackson's.
 */
final class ResolvedType {

    private ResolvedType() {}

    static MessageType<?> messageType(JavaType type) {
        return MessageType.of(reflect(type));
    }

    private static Type reflect(JavaType type) {
        if (type.isArrayType()) {
            Type component = reflect(type.getContentType());
            return component instanceof Class<?> ? type.getRawClass() : new ArrayOf(component);
        }
        if (type.containedTypeCount() == 0) {
            return type.getRawClass();
        }
        return new Parameterized(type.getRawClass(),
                type.getBindings().getTypeParameters().stream().map(ResolvedType::reflect).toArray(Type[]::new));
    }

    private static final class ArrayOf implements GenericArrayType {

        private final Type component;

        ArrayOf(Type component) {
            this.component = component;
        }

        @Override
        public Type getGenericComponentType() {
            return component;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof GenericArrayType that && component.equals(that.getGenericComponentType());
        }

        @Override
        public int hashCode() {
            return component.hashCode();
        }

        @Override
        public String toString() {
            return component.getTypeName() + "[]";
        }
    }

    /** Equality and hash code are those of the JDK's own. */
    private static final class Parameterized implements ParameterizedType {

        private final Class<?> raw;
        private final Type[] arguments;

        Parameterized(Class<?> raw, Type[] arguments) {
            this.raw = raw;
            this.arguments = arguments;
        }

        @Override
        public Type[] getActualTypeArguments() {
            return arguments.clone();
        }

        @Override
        public Type getRawType() {
            return raw;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return raw.getDeclaringClass();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ParameterizedType that && raw.equals(that.getRawType())
                    && Objects.equals(getOwnerType(), that.getOwnerType())
                    && Arrays.equals(arguments, that.getActualTypeArguments());
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(arguments) ^ Objects.hashCode(getOwnerType()) ^ raw.hashCode();
        }

        @Override
        public String toString() {
            return Stream.of(arguments).map(Type::getTypeName)
                    .collect(Collectors.joining(", ", raw.getTypeName() + '<', ">"));
        }
    }
}
