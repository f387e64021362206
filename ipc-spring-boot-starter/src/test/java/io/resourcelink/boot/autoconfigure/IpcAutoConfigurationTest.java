package io.resourcelink.boot.autoconfigure;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import io.resourcelink.ResourceKind;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;

import static org.assertj.core.api.Assertions.assertThat;

class IpcAutoConfigurationTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void factoryUsesTheDirectoriesOfTheProperties() {
        runner().run(context -> {
            ResourceLinkFactory factory = context.getBean(ResourceLinkFactory.class);
            assertThat(factory.directory(ResourceKind.SHARED_MEMORY)).isEqualTo(directories.memory());
            assertThat(factory.directory(ResourceKind.MAPPED_FILE)).isEqualTo(directories.files());
            assertThat(factory.defaultKind()).isEqualTo(ResourceKind.SHARED_MEMORY);
            try (ResourceLink link = factory.create("frame", 100)) {
                assertThat(link.ttl()).isNull();
            }
        });
    }

    @Test
    void factoryUsesTheDefaultsOfTheProperties() {
        runner().withPropertyValues("ipc.default-kind=mapped-file", "ipc.ttl.default=5m").run(context -> {
            ResourceLinkFactory factory = context.getBean(ResourceLinkFactory.class);
            try (ResourceLink link = factory.create("frame", 100)) {
                assertThat(link.kind()).isEqualTo(ResourceKind.MAPPED_FILE);
                assertThat(link.ttl()).isEqualTo(Duration.ofMinutes(5));
            }
        });
    }

    @Test
    void customizersComeAfterThePropertiesInTheirOrder() {
        runner().withPropertyValues("ipc.ttl.default=5m")
                .withUserConfiguration(Customizers.class).run(context -> {
                    ResourceLinkFactory factory = context.getBean(ResourceLinkFactory.class);
                    try (ResourceLink link = factory.create("frame", 100)) {
                        assertThat(link.ttl()).isEqualTo(Duration.ofMinutes(7));
                    }
                });
    }

    @Test
    void factoryIsClosedWithTheContext() {
        AtomicReference<ResourceLink> held = new AtomicReference<>();
        runner().run(context -> held.set(context.getBean(ResourceLinkFactory.class).create("frame", 100)));

        assertThat(held.get().isClosed()).isTrue();
        assertThat(directories.keys()).isEmpty();
    }

    @Test
    void applicationsOwnFactoryIsLeftAlone() {
        try (ResourceLinkFactory own = directories.factory()) {
            runner().withBean("own", ResourceLinkFactory.class, () -> own).run(
                    context -> assertThat(context).getBean(ResourceLinkFactory.class).isSameAs(own));
        }
    }

    @Test
    void nothingIsMadeWhenDisabled() {
        runner().withPropertyValues("ipc.enabled=false").run(context -> assertThat(context).hasNotFailed()
                .doesNotHaveBean(ResourceLinkFactory.class).doesNotHaveBean(IpcProperties.class));
    }

    @Test
    void invalidPropertyFailsTheStartWithItsName() {
        runner().withPropertyValues("ipc.gc.interval=0s")
                .run(context -> assertThat(context).getFailure().rootCause()
                        .hasMessage("Property ipc.gc.interval must be at least 1ms; it was PT0S."));
    }

    private ApplicationContextRunner runner() {
        return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(IpcAutoConfiguration.class))
                .withPropertyValues(directories.properties());
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {

        @Bean
        @Order(2)
        ResourceLinkFactoryBuilderCustomizer later() {
            return builder -> builder.defaultTtl(Duration.ofMinutes(7));
        }

        @Bean
        @Order(1)
        ResourceLinkFactoryBuilderCustomizer earlier() {
            return builder -> builder.defaultTtl(Duration.ofMinutes(6));
        }
    }
}
