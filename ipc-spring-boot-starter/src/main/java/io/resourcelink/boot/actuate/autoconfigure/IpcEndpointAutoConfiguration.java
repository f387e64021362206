package io.resourcelink.boot.actuate.autoconfigure;

import java.util.Arrays;
import java.util.stream.Stream;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.actuate.endpoint.ChannelsSource;
import io.resourcelink.boot.actuate.endpoint.IpcEndpoint;
import io.resourcelink.boot.actuate.endpoint.MessagingChannels;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.boot.collector.autoconfigure.OrphanCollectorAutoConfiguration;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.autoconfigure.IpcMessagingAutoConfiguration;

/** Auto-configuration of the {@link IpcEndpoint}, if actuator is on the class path and the endpoint is exposed. */
@AutoConfiguration(after = { OrphanCollectorAutoConfiguration.class, IpcMessagingAutoConfiguration.class })
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(ResourceLinkFactory.class)
@ConditionalOnAvailableEndpoint(IpcEndpoint.class)
public final class IpcEndpointAutoConfiguration {

    IpcEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    IpcEndpoint ipcEndpoint(ResourceLinkFactory factory, ObjectProvider<OrphanCollector> collector,
            ObjectProvider<ChannelsSource> channels) {
        return new IpcEndpoint(factory, collector.getIfAvailable(), channels.getIfAvailable());
    }

    /** Applies if listeners are possible. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MessageHandlerMethodFactory.class)
    static class Messaging {

        @Bean
        @ConditionalOnBean(IpcListenerEndpointRegistry.class)
        @ConditionalOnMissingBean
        ChannelsSource ipcChannelsSource(IpcListenerEndpointRegistry listeners, ConfigurableListableBeanFactory beans) {
            return new MessagingChannels(listeners, () -> templates(beans));
        }

        /** Asking for a template that was not used yet would create it, and open a channel. */
        private static Stream<IpcTemplate> templates(ConfigurableListableBeanFactory beans) {
            return Arrays.stream(beans.getBeanNamesForType(IpcTemplate.class, false, false))
                    .filter(beans::containsSingleton).map(name -> beans.getBean(name, IpcTemplate.class));
        }
    }
}
