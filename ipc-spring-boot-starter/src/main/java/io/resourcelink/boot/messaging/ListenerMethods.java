package io.resourcelink.boot.messaging;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/** Finds the methods of a class that have {@link IpcListener}, and names them. */
final class ListenerMethods {

    private ListenerMethods() {}

    /** {@return the methods with their annotations; a method may have several} */
    static Map<Method, Set<IpcListener>> of(Class<?> type) {
        if (!AnnotationUtils.isCandidateClass(type, List.of(IpcListener.class, IpcListeners.class))) {
            return Map.of();
        }
        return MethodIntrospector.selectMethods(type, (MetadataLookup<Set<IpcListener>>) method -> {
            Set<IpcListener> annotations = AnnotatedElementUtils.findMergedRepeatableAnnotations(method,
                    IpcListener.class, IpcListeners.class);
            return annotations.isEmpty() ? null : annotations;
        });
    }

    /** {@return the class, the name and the parameters of a method, for messages} */
    static String name(Method method) {
        return method.getDeclaringClass().getName() + '.' + method.getName()
                + Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }
}
