package io.resourcelink.boot.autoconfigure;

import java.nio.file.attribute.PosixFilePermissions;

import org.springframework.boot.context.properties.PropertyMapper;

import io.resourcelink.ResourceLinkFactoryBuilder;

/** Applies the {@code ipc.*} properties. */
final class PropertiesCustomizer implements ResourceLinkFactoryBuilderCustomizer {

    private final IpcProperties properties;

    PropertiesCustomizer(IpcProperties properties) {
        this.properties = properties;
    }

    @Override
    public void customize(ResourceLinkFactoryBuilder builder) {
        PropertyMapper map = PropertyMapper.get();
        map.from(properties::directory).to(builder::directory);
        map.from(properties::mappedFileDirectory).to(builder::mappedFileDirectory);
        map.from(properties::defaultKind).to(builder::defaultKind);
        map.from(properties::directoryPermissions).as(PosixFilePermissions::fromString)
                .to(builder::directoryPermissions);
        map.from(properties::segmentPermissions).as(PosixFilePermissions::fromString).to(builder::segmentPermissions);
        map.from(properties::directoryGroup).to(builder::directoryGroup);
        properties.trustedOwners().forEach(builder::trustOwner);
        map.from(properties::leakDetection).to(builder::leakDetection);
        map.from(properties.ttl()::defaultTtl).to(builder::defaultTtl);
        properties.ttl().patterns().forEach(builder::ttl);
        map.from(properties.gc()::watch).to(builder::watch);
        map.from(properties.recycling()::retention).to(builder::recycling);
        map.from(properties.mappings()::retention).to(builder::mappings);
        map.from(properties.space()::kept)
                .to(kept -> builder.kept(kept.toBytes(), properties.space().keptTimeout()));
    }
}
