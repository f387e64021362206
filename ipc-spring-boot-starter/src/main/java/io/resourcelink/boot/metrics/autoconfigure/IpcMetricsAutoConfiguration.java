package io.resourcelink.boot.metrics.autoconfigure;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
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
import org.springframework.web.HttpRequestHandler;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.autoconfigure.IpcAutoConfiguration;
import io.resourcelink.boot.autoconfigure.ResourceLinkFactoryBuilderCustomizer;
import io.resourcelink.boot.claim.http.ClaimOrigin;
import io.resourcelink.boot.claim.http.HttpClaimFetcher;
import io.resourcelink.boot.claim.http.autoconfigure.ClaimFetchAutoConfiguration;
import io.resourcelink.boot.claim.http.autoconfigure.ClaimOriginAutoConfiguration;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.autoconfigure.IpcMessagingAutoConfiguration;
import io.resourcelink.boot.metrics.ChannelMetrics;
import io.resourcelink.boot.metrics.ClaimFetchMetrics;
import io.resourcelink.boot.metrics.ClaimOriginMetrics;
import io.resourcelink.boot.metrics.LinkMetrics;
import io.resourcelink.boot.metrics.ListenerMetrics;
import io.resourcelink.boot.metrics.PoolMetrics;
import io.resourcelink.boot.metrics.SegmentMetrics;

/**
 * Auto-configuration of {@link SegmentMetrics}, {@link PoolMetrics}, {@link LinkMetrics}, {@link ChannelMetrics},
 * {@link ListenerMetrics}, {@link ClaimFetchMetrics} and {@link ClaimOriginMetrics}, if there is a meter registry. The {@link LinkMetrics}
 * are a listener of the auto-configured factory. An application that builds its own factory adds them as a listener itself.
 */
@AutoConfiguration(after = { IpcAutoConfiguration.class,
    IpcMessagingAutoConfiguration.class, ClaimFetchAutoConfiguration.class,
    ClaimOriginAutoConfiguration.class }, afterName = "org.springframework.boot.micrometer.metrics."
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

    @Bean
    @ConditionalOnBean(HttpClaimFetcher.class)
    @ConditionalOnMissingBean
    ClaimFetchMetrics claimFetchMetrics(HttpClaimFetcher fetcher) {
        return new ClaimFetchMetrics(fetcher);
    }

    /** Applies if there can be an origin. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ HttpRequestHandler.class, HttpServletRequest.class })
    static class Origins {

        @Bean
        @ConditionalOnBean(ClaimOrigin.class)
        @ConditionalOnMissingBean
        ClaimOriginMetrics claimOriginMetrics(ClaimOrigin origin) {
            return new ClaimOriginMetrics(origin);
        }
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
