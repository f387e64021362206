package io.resourcelink.boot.messaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.util.StringUtils;
import org.springframework.util.StringValueResolver;

/**
 * Finds the listeners among the beans of its own context ({@link IpcListener}), and registers them after all singletons are
 * created. Listeners of a bean that is created later are registered at once. A bean with listeners is a singleton or has a
 * scoped proxy. If it finds any, it needs an {@link
 * IpcListenerEndpointRegistry} bean and the {@link MessageHandlerMethodFactory} with the name {@link
 * #METHOD_FACTORY_BEAN_NAME}.
 */
public final class IpcListenerAnnotationBeanPostProcessor
        implements
            BeanPostProcessor,
            BeanFactoryAware,
            SmartInitializingSingleton {

    /**
     * The name of the {@link MessageHandlerMethodFactory} bean that calls listeners. Other libraries have beans of this
     * type too, with other names.
     */
    public static final String METHOD_FACTORY_BEAN_NAME = "ipcListenerMethodFactory";

    private static final Log logger = LogFactory.getLog(IpcListenerAnnotationBeanPostProcessor.class);

    private final Set<Class<?>> withoutListeners = ConcurrentHashMap.newKeySet();
    private final Set<Class<?>> ofNoSingleton = ConcurrentHashMap.newKeySet();
    private final Set<Class<?>> ignored = ConcurrentHashMap.newKeySet();
    private final List<Found> found = new ArrayList<>();
    private boolean registering;
    private @Nullable BeanFactory beans;
    private StringValueResolver values = value -> value;

    /** Creates the post-processor. The container calls this. */
    public IpcListenerAnnotationBeanPostProcessor() {}

    private record Found(Object bean, Class<?> type) {}

    /**
     * Returns whether a class has {@link IpcListener}, or methods with {@link IpcListener} or {@link IpcHandler}.
     *
     * @param type the class
     * @return whether it has any
     */
    public static boolean hasListeners(Class<?> type) {
        return ListenerMethods.existIn(type);
    }

    @Override
    public void setBeanFactory(BeanFactory beans) {
        this.beans = beans;
        if (beans instanceof ConfigurableBeanFactory configurable) {
            this.values = new EmbeddedValueResolver(configurable);
        }
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
        boolean infrastructure = bean instanceof AopInfrastructureBean && !(bean instanceof ScopedObject);
        if (infrastructure || withoutListeners.contains(type) || ScopedProxyUtils.isScopedTarget(beanName)) {
            return bean;
        }
        if (!ListenerMethods.existIn(type)) {
            withoutListeners.add(type);
            return bean;
        }
        if (!isSingleton(beanName) && !ofNoSingleton.add(type)) {
            warnOnce(beanName, type);
            return bean;
        }
        add(new Found(bean, type));
        return bean;
    }

    private boolean isSingleton(String beanName) {
        return beans().containsBean(beanName) && beans().isSingleton(beanName);
    }

    /** For example, a test creates an object of its class for each method. */
    private void warnOnce(String beanName, Class<?> type) {
        if (ignored.add(type)) {
            logger.warn(
                    "Bean \"" + beanName + "\" has @IpcListener and several objects. Messages go to its"
                            + " first object only.");
        }
    }

    private void add(Found bean) {
        synchronized (found) {
            if (!registering) {
                found.add(bean);
                return;
            }
        }
        register(bean);
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (beans instanceof ConfigurableListableBeanFactory listable) {
            new ListenerScopes(listable, this::postProcessAfterInitialization).createProxies();
        }
        List<Found> early;
        synchronized (found) {
            registering = true;
            early = List.copyOf(found);
            found.clear();
        }
        early.forEach(this::register);
    }

    private void register(Found bean) {
        for (DeclaredListener listener : ListenerMethods.of(bean.type())) {
            beans().getBean(IpcListenerEndpointRegistry.class).register(endpoint(bean.bean(), listener));
        }
    }

    /** Each attribute is evaluated once: an expression may have another value the next time. */
    private IpcListenerEndpoint endpoint(Object bean, DeclaredListener listener) {
        ListenerAttributes attributes = new ListenerAttributes(listener.annotation(), listener.place(), values);
        String destination = attributes.destination();
        IpcListenerErrorHandler errors = errorHandler(attributes);
        List<ListenerClass.Choice> choices = listener.methods().stream()
                .map(method -> new ListenerClass.Choice(ListenerMethod.of(bean, method, methods(), errors),
                        ResolvableType.forType(PayloadType.of(method, listener.type())).toClass(),
                        CommonType.isDefault(method), attributes.sendTo(method, listener.type())))
                .toList();
        ListenerClass.Choice only = choices.size() == 1 ? choices.getFirst() : null;
        return new IpcListenerEndpoint(attributes.id(destination), destination, listener.payloadType(),
                only == null ? new ListenerClass(listener.place(), destination, choices, errors) : only.method(),
                only == null ? null : only.sendTo(), recoverer(attributes, destination), attributes.settings(),
                listener.annotation().kind());
    }

    private MessageHandlerMethodFactory methods() {
        return beans().getBean(METHOD_FACTORY_BEAN_NAME, MessageHandlerMethodFactory.class);
    }

    private @Nullable IpcListenerErrorHandler errorHandler(ListenerAttributes attributes) {
        String name = attributes.errorHandler();
        if (!StringUtils.hasText(name)) {
            return null;
        }
        try {
            return beans().getBean(name, IpcListenerErrorHandler.class);
        } catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException e) {
            throw new InvalidListenerException(
                    "The errorHandler of @IpcListener on " + attributes.place() + " must be the name of an "
                            + IpcListenerErrorHandler.class.getSimpleName() + " bean; it was \"" + name + "\": "
                            + e.getMessage(),
                    "Declare this bean, or change the attribute.", e);
        }
    }

    private @Nullable IpcMessageRecoverer recoverer(ListenerAttributes attributes, String destination) {
        String name = attributes.onFailure();
        if (name.isEmpty()) {
            return null;
        }
        return beans().containsBean(name) && beans().isTypeMatch(name, IpcMessageRecoverer.class)
                ? beans().getBean(name, IpcMessageRecoverer.class)
                : new ForwardingRecoverer(() -> beans().getBean(IpcTemplate.class), destination, name);
    }

    private BeanFactory beans() {
        return Objects.requireNonNull(beans, "bean factory");
    }
}
