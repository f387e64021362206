package io.resourcelink.boot.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

import io.resourcelink.InProcessMemory;
import io.resourcelink.LeakLog;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkFactoryBuilder;
import io.resourcelink.ResourceLinkListener;

/**
 * Auto-configuration of a {@link ResourceLinkFactory}. The context closes the factory when it destroys its beans, after
 * all lifecycle beans have stopped.
 *
 * <p>Beans of type {@link ResourceLinkListener} are called for the factory's events. If there is an {@link
 * InProcessMemory} bean, all segments are in that memory. An application may declare one for its tests. On other
 * systems than Linux, this configuration declares one.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
@EnableConfigurationProperties(IpcProperties.class)
public final class IpcAutoConfiguration {

    IpcAutoConfiguration() {}

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static ConfigurationPropertiesBindHandlerAdvisor ttlPatternBindHandlerAdvisor() {
        return TtlPatternBindHandler::new;
    }

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
