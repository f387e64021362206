package io.resourcelink.boot.actuate.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.actuate.endpoint.IpcEndpoint;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.boot.collector.autoconfigure.OrphanCollectorAutoConfiguration;

/** Auto-configuration of the {@link IpcEndpoint}, if actuator is on the class path and the endpoint is exposed. */
@AutoConfiguration(after = OrphanCollectorAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(ResourceLinkFactory.class)
@ConditionalOnAvailableEndpoint(IpcEndpoint.class)
public final class IpcEndpointAutoConfiguration {

    IpcEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    IpcEndpoint ipcEndpoint(ResourceLinkFactory factory, ObjectProvider<OrphanCollector> collector) {
        return new IpcEndpoint(factory, collector.getIfAvailable());
    }
}
