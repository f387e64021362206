package io.resourcelink.boot.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.context.annotation.Bean;

import io.resourcelink.ResourceLinkFactory;

/**
 * Auto-configuration of a {@link ResourceLinkFactory}. The context closes it when its beans are destroyed, that is
 * after everything with a lifecycle has stopped.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
@EnableConfigurationProperties(IpcProperties.class)
public final class IpcAutoConfiguration {

    IpcAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    ResourceLinkFactory resourceLinkFactory(IpcProperties properties,
            ObjectProvider<ResourceLinkFactoryBuilderCustomizer> customizers) {
        ResourceLinkFactory.Builder builder = ResourceLinkFactory.builder();
        PropertyMapper map = PropertyMapper.get();
        map.from(properties::directory).to(builder::directory);
        map.from(properties::mappedFileDirectory).to(builder::mappedFileDirectory);
        map.from(properties::defaultKind).to(builder::defaultKind);
        map.from(properties.ttl()::defaultTtl).to(builder::defaultTtl);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }
}
