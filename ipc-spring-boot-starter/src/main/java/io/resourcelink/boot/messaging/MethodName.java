package io.resourcelink.boot.messaging;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The name of a method, for messages. */
final class MethodName {

    private MethodName() {}

    /** {@return the class, the name and the parameters of a method} Loads no class that encloses a parameter's. */
    static String of(Method method) {
        return method.getDeclaringClass().getName() + '.' + method.getName()
                + Arrays.stream(method.getParameterTypes()).map(MethodName::simple)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private static String simple(Class<?> type) {
        String name = type.getTypeName();
        return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
    }
}
