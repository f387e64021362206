package io.resourcelink.boot.messaging;

import java.util.Set;
import java.util.function.BiConsumer;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

/**
 * Finds beans with listeners that are no singletons. The container creates any number of objects of such a bean, and none
 * at start. A scoped proxy is one object. It is the one that listens, and it finds the object for each message.
 */
final class ListenerScopes {

    /** These exist only while a request is handled, and no listener's thread handles one. */
    private static final Set<String> OF_REQUESTS = Set.of("request", "session", "websocket");

    private static final int PREFIX = ScopedProxyUtils.getTargetBeanName("").length();

    private final ConfigurableListableBeanFactory beans;
    private final BiConsumer<Object, String> hidden;

    /**
     * Creates the search.
     *
     * @param beans the beans
     * @param hidden is given each proxy that the container shows to no post-processor, and its name
     */
    ListenerScopes(ConfigurableListableBeanFactory beans, BiConsumer<Object, String> hidden) {
        this.beans = beans;
        this.hidden = hidden;
    }

    /**
     * Creates the scoped proxies of beans with listeners. No other bean may ask for them.
     *
     * @throws InvalidListenerException if a bean with listeners is neither a singleton nor has a proxy that can be called
     */
    void createProxies() {
        for (String name : beans.getBeanDefinitionNames()) {
            BeanDefinition definition = beans.getMergedBeanDefinition(name);
            if (!definition.isSingleton() && !definition.isAbstract() && hasListeners(name)) {
                createProxy(name, String.valueOf(definition.getScope()));
            }
        }
    }

    private boolean hasListeners(String name) {
        Class<?> type = beans.getType(name, false);
        return type != null && DeclaredListener.existIn(type);
    }

    private void createProxy(String target, String scope) {
        if (!ScopedProxyUtils.isScopedTarget(target)) {
            throw refused(target, scope, "Make it a singleton, or give it a scoped proxy: @Scope(value = \"" + scope
                    + "\", proxyMode = ScopedProxyMode.TARGET_CLASS).");
        }
        String name = target.substring(PREFIX);
        if (OF_REQUESTS.contains(scope)) {
            throw refused(name, scope,
                    "Move the listener to a singleton. A message belongs to no request and no session.");
        }
        Object proxy = beans.getBean(name);
        if (isSynthetic(name)) {
            hidden.accept(proxy, name);
        }
    }

    /** Spring Cloud's refresh scope makes its proxies so. */
    private boolean isSynthetic(String name) {
        return beans.getMergedBeanDefinition(name) instanceof AbstractBeanDefinition definition
                && definition.isSynthetic();
    }

    private static InvalidListenerException refused(String name, String scope, String action) {
        return new InvalidListenerException("Bean \"" + name + "\" has @IpcListener and scope \"" + scope
                + "\", so there is no object to call.", action);
    }
}
