package io.resourcelink.boot.autoconfigure;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.metrics.SegmentMetrics;

import static org.assertj.core.api.Assertions.assertThat;

class IpcMetricsAutoConfigurationTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void gaugesAreBoundToTheRegistry() {
        withRegistry().run(context -> {
            try (ResourceLink _ = context.getBean(ResourceLinkFactory.class).create("frame", 100)) {
                assertThat(context.getBean(MeterRegistry.class).get("ipc.segments.bytes").tag("kind", "shared-memory")
                        .gauge().value()).isEqualTo(64 + 100);
            }
        });
    }

    @Test
    void gaugesAreNotMadeWithoutARegistry() {
        runner().run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(SegmentMetrics.class));
    }

    @Test
    void gaugesAreNotMadeWhenIpcIsDisabled() {
        withRegistry().withPropertyValues("ipc.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(SegmentMetrics.class));
    }

    @Test
    void applicationsOwnGaugesAreLeftAlone() {
        try (ResourceLinkFactory factory = directories.factory()) {
            SegmentMetrics own = new SegmentMetrics(factory, Clock.SYSTEM);
            withRegistry().withBean("own", SegmentMetrics.class, () -> own)
                    .run(context -> assertThat(context).getBean(SegmentMetrics.class).isSameAs(own));
        }
    }

    private ApplicationContextRunner withRegistry() {
        return runner().withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
                CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class));
    }

    private ApplicationContextRunner runner() {
        return new ApplicationContextRunner().withConfiguration(
                AutoConfigurations.of(IpcAutoConfiguration.class, IpcMetricsAutoConfiguration.class))
                .withPropertyValues(directories.properties());
    }
}
