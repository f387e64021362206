package io.resourcelink.boot.collector.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.collector.OrphanCollector;

/**
 * Collects orphans as soon as a factory is made, the application's own as well, and before any other bean is given it:
 * what dead processes left behind must not make the first allocation fail.
 */
final class FirstOrphanCollection implements BeanPostProcessor {

    // A provider, since whatever a post-processor depends on is made too early to be post-processed itself.
    private final ObjectProvider<OrphanCollector> collector;

    FirstOrphanCollection(ObjectProvider<OrphanCollector> collector) {
        this.collector = collector;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof ResourceLinkFactory factory) {
            collector.getObject().collect(factory);
        }
        return bean;
    }
}
