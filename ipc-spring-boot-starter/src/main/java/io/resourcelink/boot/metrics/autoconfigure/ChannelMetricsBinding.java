package io.resourcelink.boot.metrics.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

import io.resourcelink.boot.metrics.ChannelMetrics;
import io.resourcelink.channel.Channel;

/** Measures the channel as soon as there is one: a binder bean would have it opened for the metrics alone. */
final class ChannelMetricsBinding implements BeanPostProcessor {

    // A provider, since whatever a post-processor depends on is made too early to be post-processed itself.
    private final ObjectProvider<MeterRegistry> registry;

    ChannelMetricsBinding(ObjectProvider<MeterRegistry> registry) {
        this.registry = registry;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof Channel channel) {
            registry.ifUnique(unique -> new ChannelMetrics(channel).bindTo(unique));
        }
        return bean;
    }
}
