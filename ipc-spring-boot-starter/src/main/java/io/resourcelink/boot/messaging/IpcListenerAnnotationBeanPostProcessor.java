package io.resourcelink.boot.messaging;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Finds the methods with {@link IpcListener}, and registers them after all singletons are created. If it finds any, it
 * needs the beans {@link IpcListenerEndpointRegistry} and {@link MessageHandlerMethodFactory}.
 */
public final class IpcListenerAnnotationBeanPostProcessor
        implements
            BeanPostProcessor,
            BeanFactoryAware,
            SmartInitializingSingleton {

    private final Set<Class<?>> withoutListeners = ConcurrentHashMap.newKeySet();
    private final List<Found> found = new ArrayList<>();
    private @Nullable BeanFactory beans;
    private @Nullable MessageHandlerMethodFactory methods;

    /** Creates the post-processor. The container calls this. */
    public IpcListenerAnnotationBeanPostProcessor() {}

    private record Found(Object bean, Method method, IpcListener annotation) {}

    @Override
    public void setBeanFactory(BeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = AopUtils.getTargetClass(bean);
        if (bean instanceof AopInfrastructureBean || withoutListeners.contains(type)
                || !AnnotationUtils.isCandidateClass(type, IpcListener.class)) {
            return bean;
        }
        Map<Method, IpcListener> annotated = MethodIntrospector.selectMethods(type,
                (MetadataLookup<IpcListener>) method -> AnnotatedElementUtils.findMergedAnnotation(method,
                        IpcListener.class));
        if (annotated.isEmpty()) {
            withoutListeners.add(type);
        }
        annotated.forEach((method, annotation) -> add(new Found(bean, method, annotation)));
        return bean;
    }

    /** A lazy bean may be created later. Then its listeners are registered at once. */
    private void add(Found listener) {
        synchronized (found) {
            if (methods == null) {
                found.add(listener);
                return;
            }
        }
        register(listener);
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<Found> early;
        synchronized (found) {
            early = List.copyOf(found);
            found.clear();
            if (!early.isEmpty()) {
                methods = beans().getBean(MessageHandlerMethodFactory.class);
            }
        }
        early.forEach(this::register);
    }

    private void register(Found listener) {
        beans().getBean(IpcListenerEndpointRegistry.class).register(endpoint(listener));
    }

    private IpcListenerEndpoint endpoint(Found listener) {
        IpcListener annotation = listener.annotation();
        Class<?> type = AopUtils.getTargetClass(listener.bean());
        String destination = resolve(annotation.destination());
        Assert.state(StringUtils.hasText(destination),
                () -> "@IpcListener on " + listener.method() + " has no destination.");
        String id = resolve(annotation.id());
        String concurrency = resolve(annotation.concurrency());
        String autoStartup = resolve(annotation.autoStartup());
        return new IpcListenerEndpoint(StringUtils.hasText(id) ? id : destination, destination,
                PayloadType.of(listener.method(), type), handler(listener), sendTo(listener.method(), type),
                StringUtils.hasText(concurrency) ? number(concurrency.strip(), listener) : null,
                StringUtils.hasText(autoStartup) ? truth(autoStartup.strip(), listener) : null);
    }

    private static Integer number(String concurrency, Found listener) {
        try {
            return Integer.valueOf(concurrency);
        } catch (NumberFormatException e) {
            throw wrong("concurrency", "a number of threads", concurrency, listener, e);
        }
    }

    private static Boolean truth(String autoStartup, Found listener) {
        return switch (autoStartup.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong("autoStartup", "true or false", autoStartup, listener, null);
        };
    }

    private static IllegalStateException wrong(String attribute, String range, String value, Found listener,
            @Nullable Exception cause) {
        return new IllegalStateException("Attribute " + attribute + " of @IpcListener on " + listener.method()
                + " must be " + range + "; it was \"" + value + "\".", cause);
    }

    private IpcListenerEndpoint.Handler handler(Found listener) {
        Method invocable = AopUtils.selectInvocableMethod(listener.method(), listener.bean().getClass());
        MessageHandlerMethodFactory factory = methods == null
                ? beans().getBean(MessageHandlerMethodFactory.class)
                : methods;
        InvocableHandlerMethod method = factory.createInvocableHandlerMethod(listener.bean(), invocable);
        String name = resolve(listener.annotation().errorHandler());
        if (!StringUtils.hasText(name)) {
            return method::invoke;
        }
        IpcListenerErrorHandler errors = beans().getBean(name, IpcListenerErrorHandler.class);
        return message -> {
            try {
                return method.invoke(message);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                return errors.handleError(message, e);
            }
        };
    }

    private @Nullable String sendTo(Method method, Class<?> type) {
        SendTo annotation = AnnotatedElementUtils.findMergedAnnotation(method, SendTo.class);
        if (annotation == null) {
            annotation = AnnotatedElementUtils.findMergedAnnotation(type, SendTo.class);
        }
        if (annotation == null) {
            return null;
        }
        String[] destinations = annotation.value();
        Assert.state(destinations.length == 1,
                () -> "@SendTo of a listener must name one destination; it names " + destinations.length + ": "
                        + method);
        return resolve(destinations[0]);
    }

    private String resolve(String value) {
        return beans() instanceof ConfigurableBeanFactory configurable
                ? Objects.requireNonNullElse(configurable.resolveEmbeddedValue(value), "")
                : value;
    }

    private BeanFactory beans() {
        return Objects.requireNonNull(beans, "bean factory");
    }
}
