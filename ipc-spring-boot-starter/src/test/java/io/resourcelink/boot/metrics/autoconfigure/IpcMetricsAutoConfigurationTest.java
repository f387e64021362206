package io.resourcelink.boot.metrics.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkListener;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.channel.autoconfigure.IpcChannelAutoConfiguration;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.autoconfigure.IpcMessagingAutoConfiguration;
import io.resourcelink.boot.metrics.LinkMetrics;
import io.resourcelink.boot.metrics.SegmentMetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Tag("slow")
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
    void whatTheFactoryDoesIsCounted() {
        withRegistry().run(context -> {
            context.getBean(ResourceLinkFactory.class).create("frame", 100).close();
            assertThat(context.getBean(MeterRegistry.class).get("ipc.links.released").tag("kind", "shared-memory")
                    .counter().count()).isEqualTo(1);
        });
    }

    @Test
    void linksInMessagesAreReleasedAsOftenAsTheyAreAcquired() {
        withRegistry().withConfiguration(AutoConfigurations.of(IpcChannelAutoConfiguration.class,
                IpcMessagingAutoConfiguration.class)).withBean(Taking.class).run(context -> {
                    IpcTemplate template = context.getBean(IpcTemplate.class);
                    try (ResourceLink link = context.getBean(ResourceLinkFactory.class).create("frame", 100)) {
                        for (int message = 0; message < 250; message++) {
                            template.convertSendAndReceive("frames", new Frame(link), Void.class);
                        }
                        MeterRegistry registry = context.getBean(MeterRegistry.class);
                        await().untilAsserted(() -> assertThat(
                                registry.get("ipc.listener.handled").tag("messaging.destination.name", "frames")
                                        .functionCounter().count())
                                .isEqualTo(250));
                        assertThat(registry.get("ipc.listener.waiting").tag("messaging.destination.name", "frames")
                                .gauge().value()).isZero();
                        for (String name : List.of("ipc.links.acquired", "ipc.links.released")) {
                            await().untilAsserted(() -> assertThat(registry.get(name).tag("kind", "shared-memory")
                                    .counter().count()).as(name).isEqualTo(250));
                        }
                    }
                });
    }

    record Frame(ResourceLink pixels) {}

    static class Taking {

        @IpcListener("frames")
        void take(Frame frame) {}
    }

    @Test
    void applicationsOwnCountersAreTheOnlyOnes() {
        SimpleMeterRegistry apart = new SimpleMeterRegistry();
        withRegistry().withBean(LinkMetrics.class, () -> new LinkMetrics(apart)).run(context -> {
            context.getBean(ResourceLinkFactory.class).create("frame", 100).close();
            assertThat(apart.get("ipc.links.created").tag("kind", "shared-memory").counter().count()).isEqualTo(1);
            assertThat(context.getBean(MeterRegistry.class).find("ipc.links.created").counter()).isNull();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 2 })
    void leaksAreLoggedOnceHoweverManyListen(int listeners) {
        // Where the core logs to; its console was taken before a test could capture it.
        Logger logger = Logger.getLogger(ResourceLink.class.getName());
        List<String> logged = new CopyOnWriteArrayList<>();
        Handler handler = new StreamHandler() {
            @Override
            public synchronized void publish(LogRecord event) {
                logged.add(event.getMessage());
            }
        };
        logger.addHandler(handler);
        try {
            ApplicationContextRunner runner = withRegistry();
            for (int listener = 0; listener < listeners; listener++) {
                runner = runner.withBean("listener" + listener, ResourceLinkListener.class, Indifferent::new);
            }
            runner.run(context -> {
                context.getBean(ResourceLinkFactory.class).create("forgotten", 100);
                await().until(() -> {
                    System.gc();
                    return context.getBean(MeterRegistry.class).get("ipc.links.leaked").counter().count() == 1;
                });
            });
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(logged).singleElement().asString().startsWith("A link to segment \"forgotten\" was never closed");
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
        return directories.runner(IpcMetricsAutoConfiguration.class);
    }

    private static final class Indifferent implements ResourceLinkListener {}
}
