package io.resourcelink.boot.metrics.autoconfigure;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.autoconfigure.IpcAutoConfiguration;
import io.resourcelink.boot.autoconfigure.ResourceLinkFactoryBuilderCustomizer;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.autoconfigure.IpcMessagingAutoConfiguration;
import io.resourcelink.boot.metrics.ChannelMetrics;
import io.resourcelink.boot.metrics.LinkMetrics;
import io.resourcelink.boot.metrics.ListenerMetrics;
import io.resourcelink.boot.metrics.PoolMetrics;
import io.resourcelink.boot.metrics.SegmentMetrics;

/**
 * Auto-configuration of {@link SegmentMetrics}, {@link PoolMetrics}, {@link LinkMetrics}, {@link ChannelMetrics} and
 * {@link ListenerMetrics}, if there is a meter registry. The {@link LinkMetrics} are a listener of the auto-configured
 * factory. An application that builds its own factory adds them as a listener itself.
 */
@AutoConfiguration(after = { IpcAutoConfiguration.class,
    IpcMessagingAutoConfiguration.class }, afterName = "org.springframework.boot.micrometer.metrics."
            + "autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(ResourceLinkFactory.class)
@ConditionalOnBean(MeterRegistry.class)
public final class IpcMetricsAutoConfiguration {

    IpcMetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    SegmentMetrics segmentMetrics(ResourceLinkFactory factory, ObjectProvider<Clock> clock) {
        return new SegmentMetrics(factory, clock.getIfUnique(() -> Clock.SYSTEM));
    }

    @Bean
    @ConditionalOnMissingBean
    PoolMetrics poolMetrics(ResourceLinkFactory factory) {
        return new PoolMetrics(factory);
    }

    @Bean
    @ConditionalOnMissingBean(LinkMetrics.class)
    ResourceLinkFactoryBuilderCustomizer linkMetricsCustomizer(MeterRegistry registry) {
        return builder -> builder.listener(new LinkMetrics(registry));
    }

    @Bean
    @ConditionalOnMissingBean(ChannelMetrics.class)
    static ChannelMetricsBinding channelMetricsBinding(ObjectProvider<MeterRegistry> registry) {
        return new ChannelMetricsBinding(registry);
    }

    /** Applies if listeners are possible. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MessageHandlerMethodFactory.class)
    static class Listeners {

        @Bean
        @ConditionalOnBean(value = IpcListenerEndpointRegistry.class, search = SearchStrategy.CURRENT)
        @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
        ListenerMetrics listenerMetrics(IpcListenerEndpointRegistry listeners) {
            return new ListenerMetrics(listeners);
        }
    }
}
