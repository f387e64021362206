package io.resourcelink.boot.messaging;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;

import org.springframework.core.ResolvableType;

/** Determines types that a method declares, with the type arguments that the class of the bean gives to its base classes. */
final class DeclaredType {

    private DeclaredType() {}

    /**
     * Determines a type that a class declares, as one of its subclasses has it.
     *
     * @param implementation the subclass, or the class itself
     * @param declaring the class that declares the type
     * @param declared the type
     * @return the type without type variables; in place of one that the subclass leaves open, its bound
     */
    static Type in(Class<?> implementation, Class<?> declaring, Type declared) {
        return declared instanceof Class<?>
                ? declared
                : full(ResolvableType.forType(declared, ResolvableType.forClass(implementation).as(declaring)));
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
