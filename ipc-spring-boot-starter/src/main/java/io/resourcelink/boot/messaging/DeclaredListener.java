package io.resourcelink.boot.messaging;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;

/**
 * A listener as a class declares it.
 *
 * @param annotation the annotation
 * @param place the method or class that has the annotation, for messages
 * @param type the class of the bean
 * @param methods the method that has the annotation, or the methods with {@link IpcHandler} if the class has it
 */
record DeclaredListener(IpcListener annotation, String place, Class<?> type, List<Method> methods) {

    /**
     * {@return the type of the messages}
     *
     * @throws InvalidListenerException if the parameters of the methods do not say one type
     */
    Type payloadType() {
        return methods.size() == 1 ? PayloadType.of(methods.getFirst(), type) : CommonType.of(type, methods);
    }
}
