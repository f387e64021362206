package io.resourcelink.boot.channel.autoconfigure;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.ChannelBuilder;

/**
 * A bean that has a say in how the auto-configured {@link Channel} is opened. Called after the {@code ipc.channels.*}
 * properties were applied, in the order of the beans ({@link org.springframework.core.annotation.Order @Order}).
 */
@FunctionalInterface
public interface ChannelBuilderCustomizer {

    /**
     * Changes the builder before the channel is opened.
     *
     * @param builder holds the configured properties and what earlier customizers set
     */
    void customize(ChannelBuilder builder);
}
