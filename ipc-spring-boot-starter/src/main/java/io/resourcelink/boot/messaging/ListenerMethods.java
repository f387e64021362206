package io.resourcelink.boot.messaging;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils.MethodFilter;

/** Finds the methods of a class that have {@link IpcListener} or {@link IpcHandler}, and names them. */
final class ListenerMethods {

    private ListenerMethods() {}

    /** {@return whether a class declares listeners, even in a way that is refused} */
    static boolean existIn(Class<?> type) {
        return AnnotationUtils.isCandidateClass(type, List.of(IpcListener.class, IpcListeners.class, IpcHandler.class))
                && !(annotations(type).isEmpty() && annotated(type).isEmpty() && handlers(type).isEmpty());
    }

    /**
     * {@return the listeners that a class declares; a method or class has one for each of its annotations}
     *
     * @throws InvalidListenerException if one of {@link IpcListener} on the class and {@link IpcHandler} is missing
     */
    static List<DeclaredListener> of(Class<?> type) {
        List<DeclaredListener> listeners = new ArrayList<>();
        annotated(type).forEach((method, annotations) -> annotations.forEach(
                annotation -> listeners
                        .add(new DeclaredListener(annotation, MethodName.of(method), type, List.of(method)))));
        Set<IpcListener> ofClass = annotations(type);
        List<Method> handlers = handlers(type);
        if (ofClass.isEmpty() != handlers.isEmpty()) {
            throw ofClass.isEmpty() ? withoutListener(handlers.getFirst(), type) : withoutHandler(type);
        }
        ofClass.forEach(annotation -> listeners.add(new DeclaredListener(annotation, type.getName(), type, handlers)));
        return listeners;
    }

    private static Set<IpcListener> annotations(AnnotatedElement element) {
        return AnnotatedElementUtils.findMergedRepeatableAnnotations(element, IpcListener.class, IpcListeners.class);
    }

    private static Map<Method, Set<IpcListener>> annotated(Class<?> type) {
        return MethodIntrospector.selectMethods(type, (MetadataLookup<Set<IpcListener>>) method -> {
            Set<IpcListener> annotations = annotations(method);
            return annotations.isEmpty() ? null : annotations;
        });
    }

    private static List<Method> handlers(Class<?> type) {
        return List.copyOf(MethodIntrospector.selectMethods(type,
                (MethodFilter) method -> AnnotatedElementUtils.hasAnnotation(method, IpcHandler.class)));
    }

    private static InvalidListenerException withoutListener(Method handler, Class<?> type) {
        return new InvalidListenerException(
                "The handler " + MethodName.of(handler) + " has no destination: " + type.getName()
                        + " has no @IpcListener.",
                "Add @IpcListener to the class, or replace @IpcHandler by @IpcListener on the method.");
    }

    private static InvalidListenerException withoutHandler(Class<?> type) {
        return new InvalidListenerException(
                "Class " + type.getName() + " has @IpcListener, but none of its methods has @IpcHandler.",
                "Add @IpcHandler to each method that handles messages, or move @IpcListener to the method.");
    }
}
