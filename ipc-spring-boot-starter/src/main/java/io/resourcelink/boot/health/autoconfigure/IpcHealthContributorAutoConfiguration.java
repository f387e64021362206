package io.resourcelink.boot.health.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.boot.collector.autoconfigure.OrphanCollectorAutoConfiguration;
import io.resourcelink.boot.health.IpcHealthIndicator;
import io.resourcelink.boot.health.IpcListenersHealthIndicator;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.autoconfigure.IpcMessagingAutoConfiguration;

/**
 * Auto-configuration of the {@link IpcHealthIndicator} and the {@link IpcListenersHealthIndicator}, if Spring Boot's
 * health is on the class path.
 */
@AutoConfiguration(after = { OrphanCollectorAutoConfiguration.class,
    IpcMessagingAutoConfiguration.class }, before = HealthContributorAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(ResourceLinkFactory.class)
@ConditionalOnEnabledHealthIndicator("ipc")
@EnableConfigurationProperties(IpcHealthProperties.class)
public final class IpcHealthContributorAutoConfiguration {

    IpcHealthContributorAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = { "ipcHealthIndicator", "ipcHealthContributor" })
    IpcHealthIndicator ipcHealthIndicator(ResourceLinkFactory factory, ObjectProvider<OrphanCollector> collector,
            IpcHealthProperties properties) {
        return new IpcHealthIndicator(factory, collector.getIfAvailable(), properties.threshold());
    }

    /** Applies if listeners are possible. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MessageHandlerMethodFactory.class)
    static class Listeners {

        @Bean
        @ConditionalOnBean(IpcListenerEndpointRegistry.class)
        @ConditionalOnEnabledHealthIndicator("ipclisteners")
        @ConditionalOnMissingBean(name = { "ipcListenersHealthIndicator", "ipcListenersHealthContributor" })
        IpcListenersHealthIndicator ipcListenersHealthIndicator(IpcListenerEndpointRegistry listeners) {
            return new IpcListenersHealthIndicator(listeners);
        }
    }
}
