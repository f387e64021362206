package io.resourcelink.boot.metrics.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

import io.resourcelink.boot.metrics.ChannelMetrics;
import io.resourcelink.channel.Channel;

/**
 * Binds the meters of the channel when the channel is created. A binder bean would open the channel only for its
 * meters.
 */
final class ChannelMetricsBinding implements BeanPostProcessor {

    // A provider: the dependencies of a post-processor are created too early to be post-processed themselves.
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
