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
import io.resourcelink.boot.claim.autoconfigure.ClaimsAutoConfiguration;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.boot.collector.autoconfigure.OrphanCollectorAutoConfiguration;
import io.resourcelink.boot.health.IpcClaimsHealthIndicator;
import io.resourcelink.boot.health.IpcHealthIndicator;
import io.resourcelink.boot.health.IpcListenersHealthIndicator;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.autoconfigure.IpcMessagingAutoConfiguration;
import io.resourcelink.claim.ClaimFetcher;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;

/**
 * Auto-configuration of the {@link IpcHealthIndicator}, the {@link IpcListenersHealthIndicator} and the {@link
 * IpcClaimsHealthIndicator}, if Spring Boot's health is on the class path.
 */
@AutoConfiguration(after = { OrphanCollectorAutoConfiguration.class, IpcMessagingAutoConfiguration.class,
    ClaimsAutoConfiguration.class }, before = HealthContributorAutoConfiguration.class)
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

    @Bean
    @ConditionalOnBean(LocalClaims.class)
    @ConditionalOnEnabledHealthIndicator("ipcclaims")
    @ConditionalOnMissingBean(name = { "ipcClaimsHealthIndicator", "ipcClaimsHealthContributor" })
    IpcClaimsHealthIndicator ipcClaimsHealthIndicator(ResourceLinkFactory factory, ObjectProvider<ClaimSigner> signer,
            ObjectProvider<ClaimFetcher> fetcher) {
        return new IpcClaimsHealthIndicator(factory, signer.getIfAvailable() != null, fetcher.getIfAvailable() != null);
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
