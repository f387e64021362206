package io.resourcelink.boot.autoconfigure;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkFactoryBuilder;

/**
 * A bean that has a say in how the auto-configured {@link ResourceLinkFactory} is built. Called after the {@code ipc.*}
 * properties were applied, in the order of the beans ({@link org.springframework.core.annotation.Order @Order}).
 */
@FunctionalInterface
public interface ResourceLinkFactoryBuilderCustomizer {

    /**
     * Changes the builder before the factory is made.
     *
     * @param builder holds the configured properties and what earlier customizers set
     */
    void customize(ResourceLinkFactoryBuilder builder);
}
