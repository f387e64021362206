package io.resourcelink.boot.collector.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.collector.OrphanCollector;

/**
 * Collects orphans as soon as a factory is created, also one that the application defines, and before any other bean is
 * given it. Otherwise the segments of dead processes could make the first allocation fail.
 */
final class FirstOrphanCollection implements BeanPostProcessor {

    // A provider: the dependencies of a post-processor are created too early to be post-processed themselves.
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
