package io.resourcelink.boot.messaging;

import java.lang.reflect.Type;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.util.ClassUtils;

/**
 * Makes the methods of listeners callable in a native image, and registers their payloads and results for
 * serialization. Unlike a processor of the annotation, it knows the class of the bean, and so the values of type
 * variables.
 */
final class IpcListenerBeanRegistrationAotProcessor implements BeanRegistrationAotProcessor {

    private static final BindingReflectionHintsRegistrar BINDING = new BindingReflectionHintsRegistrar();

    IpcListenerBeanRegistrationAotProcessor() {}

    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
        Class<?> type = ClassUtils.getUserClass(bean.getBeanClass());
        List<DeclaredListener> listeners = DeclaredListener.existIn(type) ? DeclaredListener.of(type) : List.of();
        return listeners.isEmpty()
                ? null
                : (generation, _) -> listeners.forEach(listener -> register(generation.getRuntimeHints(), listener));
    }

    private static void register(RuntimeHints hints, DeclaredListener listener) {
        // Spring synthesizes an annotation with aliases as a proxy.
        hints.proxies().registerJdkProxy(IpcListener.class);
        bind(hints, listener.payloadType());
        listener.methods().forEach(method -> {
            hints.reflection().registerMethod(method, ExecutableMode.INVOKE);
            bind(hints, PayloadType.of(method, listener.type()));
            bind(hints, PayloadType.returnedBy(method, listener.type()));
        });
    }

    private static void bind(RuntimeHints hints, Type payload) {
        if (payload != Object.class && payload != void.class) {
            BINDING.registerReflectionHints(hints.reflection(), payload);
        }
        if (payload instanceof Class<?> type && type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                bind(hints, permitted);
            }
        }
    }
}
