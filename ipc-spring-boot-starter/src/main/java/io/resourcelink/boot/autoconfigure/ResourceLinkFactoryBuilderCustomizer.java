package io.resourcelink.boot.autoconfigure;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkFactoryBuilder;

/**
 * A bean that changes the builder of the auto-configured {@link ResourceLinkFactory}. It is called after the {@code
 * ipc.*} properties are applied. Several customizers are called in the order of the beans ({@link
 * org.springframework.core.annotation.Order @Order}).
 */
@FunctionalInterface
public interface ResourceLinkFactoryBuilderCustomizer {

    /**
     * Changes the builder before the factory is created.
     *
     * @param builder holds the values of the properties and of earlier customizers
     */
    void customize(ResourceLinkFactoryBuilder builder);
}
