package io.resourcelink.boot.messaging.autoconfigure;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Status;
import org.springframework.util.FileSystemUtils;

import io.resourcelink.boot.health.IpcListenersHealthIndicator;
import io.resourcelink.boot.health.autoconfigure.IpcHealthContributorAutoConfiguration;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.ListenerState;
import io.resourcelink.boot.metrics.ListenerMetrics;
import io.resourcelink.boot.metrics.autoconfigure.IpcMetricsAutoConfiguration;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.NamedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What the log, health and meters tell of listeners that fail or cannot be reached. */
@Tag("slow")
@Timeout(60)
class ListenerHealthTest extends ListenerFailureFixture {

    @Test
    void directoryOfChannelsThatIsRemovedIsMadeAgain() {
        runner().withBean(Picky.class).run(receiving -> {
            FileSystemUtils.deleteRecursively(directories.channels());
            await().until(() -> Files.isDirectory(directories.channels()));
            await().until(() -> listener(receiving, "picky").state() == ListenerState.SERVING);
            runner().run(sending -> assertThat(
                    template(sending).convertSendAndReceive("picky", (Object) Map.of("kind", "good"), String.class))
                    .isEqualTo("good"));
            assertThat(receiving.getBean(Channel.class).statistics().failures()).isOne();
        });
    }

    @Test
    void listenerWhoseNameAnotherProcessHasTakenSaysSo() {
        runner().withBean(Picky.class).run(receiving -> {
            FileSystemUtils.deleteRecursively(directories.channels());
            try (Channel quicker = Channel.builder().directory(directories.channels()).open();
                    NamedServer<String> theirs = quicker.serve("picky", String.class)) {
                await().until(() -> listener(receiving, "picky").state() == ListenerState.FAILED);
                assertThat(new IpcListenersHealthIndicator(receiving.getBean(IpcListenerEndpointRegistry.class))
                        .health().getStatus()).isEqualTo(Status.DOWN);
                assertThat(theirs.isReachable()).isTrue();
            }
            await().until(() -> listener(receiving, "picky").isServing());
        });
    }

    @Test
    void logNamesTheDestinationAndTheSenderAndIsNotFlooded() {
        List<ILoggingEvent> logged = new CopyOnWriteArrayList<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                logged.add(event);
            }
        };
        appender.start();
        Logger logger = (Logger) LoggerFactory.getLogger("io.resourcelink.boot.messaging.FailedMessages");
        logger.addAppender(appender);
        try {
            runner().withBean(Picky.class).run(receiving -> runner().run(sending -> {
                for (int message = 0; message < 50; message++) {
                    template(sending).convertAndSend("picky", (Object) Map.of("kind", "assertion"));
                }
                await().until(() -> listener(receiving, "picky").failures() == 50);
            }));
        } finally {
            logger.detachAppender(appender);
        }
        assertThat(logged).as("one kind, one entry").singleElement()
                .satisfies(entry -> assertThat(entry.getFormattedMessage())
                        .startsWith("The listener at \"picky\" failed while handling message 1 from process "
                                + ProcessHandle.current().pid()));
    }

    @Test
    void failuresAreMeasuredAndListenersAreHealthy() {
        runner().withConfiguration(AutoConfigurations.of(IpcMetricsAutoConfiguration.class,
                IpcHealthContributorAutoConfiguration.class)).withBean(SimpleMeterRegistry.class).withBean(Picky.class)
                .run(context -> {
                    for (int message = 0; message < 5; message++) {
                        template(context).convertAndSend("picky", (Object) Map.of("kind", "assertion"));
                    }
                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    context.getBean(ListenerMetrics.class).bindTo(meters);
                    await().untilAsserted(() -> assertThat(meters.get("ipc.listener.failures")
                            .tag("messaging.destination.name", "picky").functionCounter().count()).isEqualTo(5));
                    assertThat(meters.get("ipc.listener.serving").gauge().value()).isEqualTo(1);
                    assertThat(meters.get("ipc.listener.threads").gauge().value()).isEqualTo(1);
                    IpcListenersHealthIndicator health = context.getBean(IpcListenersHealthIndicator.class);
                    assertThat(health.health().getStatus()).isEqualTo(Status.UP);
                    context.getBean(Channel.class).close();
                    await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.DOWN));
                    assertThat(listener(context, "picky").isServing()).isFalse();
                    assertThat(meters.get("ipc.listener.serving").gauge().value()).isZero();
                });
    }

    @Test
    void standByIsHealthyAndSaysWhatItIs() {
        runner().withBean(Picky.class).run(first -> runner()
                .withConfiguration(AutoConfigurations.of(IpcHealthContributorAutoConfiguration.class))
                .withBean(Picky.class).run(second -> {
                    var health = second.getBean(IpcListenersHealthIndicator.class).health();
                    assertThat(health.getStatus()).isEqualTo(Status.UP);
                    assertThat(health.getDetails().get("picky")).asString().contains("STANDBY");
                }));
    }
}
