package io.resourcelink.boot.messaging;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;

import org.springframework.core.ResolvableType;

/** Determines types that a method declares, with the type arguments that the class of the bean gives to its base classes. */
final class DeclaredType {

    private DeclaredType() {}

    /** {@return a type as a class has it; the bound of a type variable that the class leaves open} */
    static Type in(Class<?> implementation, Type declared) {
        return declared instanceof Class<?> ? declared : full(ResolvableType.forType(declared, ResolvableType.forClass(implementation)));
    }

    private static Type full(ResolvableType type) {
        if (type.getType() instanceof WildcardType) {
            return type.getType();
        }
        if (type.isArray()) {
            Type component = full(type.getComponentType());
            return component instanceof Class<?> raw ? raw.arrayType() : new ArrayOf(component);
        }
        Class<?> raw = type.resolve(Object.class);
        ResolvableType[] parameters = Arrays.stream(type.getGenerics()).map(DeclaredType::full)
                .map(ResolvableType::forType).toArray(ResolvableType[]::new);
        return parameters.length == 0 ? raw : ResolvableType.forClassWithGenerics(raw, parameters).getType();
    }

    /** An array whose elements have a generic type. */
    private record ArrayOf(Type getGenericComponentType) implements GenericArrayType {

        @Override
        public String toString() {
            return getGenericComponentType.getTypeName() + "[]";
        }
    }
}
