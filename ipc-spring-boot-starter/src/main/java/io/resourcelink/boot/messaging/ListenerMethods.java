package io.resourcelink.boot.messaging;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Names the methods of listeners. */
final class ListenerMethods {

    private ListenerMethods() {}

    /** {@return the class, the name and the parameters of a method, for messages} */
    static String name(Method method) {
        return method.getDeclaringClass().getName() + '.' + method.getName()
                + Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }
}
