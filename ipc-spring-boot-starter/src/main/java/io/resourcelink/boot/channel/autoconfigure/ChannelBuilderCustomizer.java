package io.resourcelink.boot.channel.autoconfigure;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.ChannelBuilder;

/**
 * A bean that changes the builder of the auto-configured {@link Channel}. It is called after the {@code ipc.channels.*}
 * properties are applied. Several customizers are called in the order of the beans ({@link
 * org.springframework.core.annotation.Order @Order}).
 */
@FunctionalInterface
public interface ChannelBuilderCustomizer {

    /**
     * Changes the builder before the channel is opened.
     *
     * @param builder holds the values of the properties and of earlier customizers
     */
    void customize(ChannelBuilder builder);
}
