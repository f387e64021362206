package io.resourcelink.sample.hosts;

import org.springframework.boot.artemis.autoconfigure.ArtemisConfigurationCustomizer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Profile;

import io.resourcelink.sample.message.BrokerMessages;
import io.resourcelink.sample.viewer.ViewerApplication;

/** The broker, which Spring Boot starts within the studio. */
@Configuration(proxyBeanMethods = false)
@Profile(HostsConfiguration.PROFILE)
@EnableConfigurationProperties(HostsProperties.class)
@Import(BrokerMessages.class)
class HostsConfiguration {

    /** A studio that is a viewer itself starts none. */
    static final String PROFILE = "two-hosts & !" + ViewerApplication.PROFILE;

    HostsConfiguration() {}

    /** By this, other processes reach it. */
    @Bean
    ArtemisConfigurationCustomizer acceptor(HostsProperties properties) {
        return configuration -> {
            try {
                configuration.addAcceptorConfiguration("viewers", properties.broker().toString());
            } catch (Exception e) {
                throw new IllegalStateException("hosts.broker is no address of a broker: " + properties.broker(), e);
            }
        };
    }
}
