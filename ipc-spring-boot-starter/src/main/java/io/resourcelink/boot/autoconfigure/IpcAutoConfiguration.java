package io.resourcelink.boot.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

import io.resourcelink.InProcessMemory;
import io.resourcelink.LeakLog;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkListener;
import io.resourcelink.ResourceLinkFactoryBuilder;
import io.resourcelink.LeakLog;

/**
 * Auto-configuration of a {@link ResourceLinkFactory}. The context closes it when its beans are destroyed, that is
 * after everything with a lifecycle has stopped.
 *
 * <p>Beans that are {@link ResourceLinkListener}s are told of what happens. If there is an {@link InProcessMemory}, the
 * segments are in it, and nowhere else: an application may have one for its tests, and off Linux there is one anyway.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
@EnableConfigurationProperties(IpcProperties.class)
public final class IpcAutoConfiguration {

    IpcAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    ResourceLinkFactory resourceLinkFactory(IpcProperties properties, ObjectProvider<InProcessMemory> memory,
            ObjectProvider<ResourceLinkListener> listeners,
            ObjectProvider<ResourceLinkFactoryBuilderCustomizer> customizers) {
        ResourceLinkFactoryBuilder builder = ResourceLinkFactory.builder();
        new PropertiesCustomizer(properties).customize(builder);
        memory.ifAvailable(builder::inProcess);
        listeners.orderedStream().forEach(builder::listener);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }

    @Bean
    @ConditionalOnMissingBean
    LeakLog leakLog() {
        return LeakLog.warnings();
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnLinux(false)
    InProcessMemory inProcessMemory(Environment environment) {
        return OffLinuxMemory.withWarning(environment.getProperty("os.name", "another system"));
    }
}
