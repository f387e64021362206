package io.resourcelink.boot.channel.autoconfigure;

import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.dataformat.cbor.CBORMapper;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.autoconfigure.ConditionalOnLinux;
import io.resourcelink.boot.autoconfigure.IpcAutoConfiguration;
import io.resourcelink.boot.autoconfigure.IpcProperties;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.ChannelBuilder;
import io.resourcelink.channel.ChannelListener;
import io.resourcelink.channel.Codec;
import io.resourcelink.channel.jackson.JacksonCodec;
import io.resourcelink.error.IpcException;

/**
 * Auto-configuration of a {@link Channel}, if Jackson's CBOR is on the class path. The channel is opened when a bean
 * first asks for it, so an application that only uses links has none. It is closed before the factory whose links its
 * messages carry. Its codec has the Jackson modules of the application.
 */
@AutoConfiguration(after = IpcAutoConfiguration.class)
@ConditionalOnClass(CBORMapper.class)
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
@ConditionalOnLinux
@EnableConfigurationProperties({ IpcChannelProperties.class, IpcProperties.class })
public final class IpcChannelAutoConfiguration {

    IpcChannelAutoConfiguration() {}

    @Bean
    @Lazy
    @ConditionalOnMissingBean
    Channel ipcChannel(IpcChannelProperties properties, IpcProperties common,
            ObjectProvider<ResourceLinkFactory> segments, ObjectProvider<Codec> codec,
            ObjectProvider<JacksonModule> modules, ObjectProvider<ChannelListener> listener,
            ObjectProvider<ChannelBuilderCustomizer> customizers) {
        ChannelBuilder builder = Channel.builder();
        place(builder, properties, common);
        builder.threshold((int) properties.threshold().toBytes());
        builder.credits(properties.credits().credits());
        segments.ifUnique(builder::segments);
        builder.codec(codec.getIfUnique(() -> JacksonCodec.withModules(all(modules))));
        builder.listener(listener.getIfUnique(LoggingChannelListener::new));
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        try {
            return builder.open();
        } catch (IpcException e) {
            throw new ChannelDirectoryException(properties.directory(), e);
        }
    }

    /** What is not set for channels is as it is set for segments, so both are for the same users. */
    private static void place(ChannelBuilder builder, IpcChannelProperties properties, IpcProperties common) {
        PropertyMapper map = PropertyMapper.get();
        map.from(common::directory).to(builder::directoryOfSegments);
        map.from(properties::directory).to(builder::directory);
        map.from(common::directoryPermissions).as(PosixFilePermissions::fromString).to(builder::directoryPermissions);
        map.from(properties::directoryPermissions).as(PosixFilePermissions::fromString)
                .to(builder::directoryPermissions);
        map.from(common::directoryGroup).to(builder::directoryGroup);
        common.trustedOwners().forEach(builder::trustOwner);
    }

    /** Spring Boot's own mappers take the same: those that Jackson finds on the class path, and all beans. */
    private static List<JacksonModule> all(ObjectProvider<JacksonModule> beans) {
        List<JacksonModule> modules = new ArrayList<>(
                MapperBuilder.findModules(IpcChannelAutoConfiguration.class.getClassLoader()));
        beans.orderedStream().forEach(modules::add);
        return modules;
    }
}
