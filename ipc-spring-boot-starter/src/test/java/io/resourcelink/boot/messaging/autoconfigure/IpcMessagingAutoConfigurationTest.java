package io.resourcelink.boot.messaging.autoconfigure;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.dataformat.cbor.CBORMapper;

import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;
import io.resourcelink.boot.channel.autoconfigure.ChannelBuilderCustomizer;
import io.resourcelink.boot.messaging.DestinationNotServedException;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.metrics.autoconfigure.IpcMetricsAutoConfiguration;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Credits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Which beans of messaging there are, and what properties and the application's own beans make of them. */
@Tag("slow")
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class IpcMessagingAutoConfigurationTest extends MessagingFixture {

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void asManyThreadsReceiveAsItSays(boolean virtual) {
        runner().withBean(Crowd.class).withPropertyValues("spring.threads.virtual.enabled=" + virtual, "crowd=3")
                .run(context -> {
                    for (int message = 0; message < 3; message++) {
                        template(context).convertAndSend("crowd", message);
                    }
                    Crowd crowd = context.getBean(Crowd.class);
                    assertThat(crowd.met.await(10, TimeUnit.SECONDS)).isTrue();
                    assertThat(crowd.threads).hasSize(3).allMatch(thread -> thread.isVirtual() == virtual)
                            .allMatch(thread -> thread.getName().startsWith("ipc-listener-crowd-"));
                });
    }

    @Test
    void templateDoesAsThePropertiesSay() {
        runner().withPropertyValues("ipc.messaging.template.send-timeout=1h", "ipc.messaging.template.fail-fast=true")
                .run(context -> assertThatExceptionOfType(DestinationNotServedException.class)
                        .isThrownBy(() -> template(context).convertAndSend("nobody", "hello"))
                        .withMessageContaining("nobody is known to have served it"));
        runner().withPropertyValues("ipc.messaging.template.send-timeout=0s",
                "ipc.messaging.template.retry.enabled=true", "ipc.messaging.template.retry.max-retries=10000",
                "ipc.messaging.template.retry.delay=10ms").run(sending -> {
                    Thread asking = Thread.ofVirtual().start(
                            () -> template(sending).convertSendAndReceive("shouts", "a", String.class));
                    runner().withBean(Answers.class).run(receiving -> asking.join());
                });
    }

    @Test
    void listenersThatDoNotStartWithTheContextAreStartedByHand() {
        runner().withBean(Texts.class).withPropertyValues("ipc.messaging.listener.auto-startup=false")
                .run(context -> {
                    var listener = context.getBean(IpcListenerEndpointRegistry.class).find("texts").orElseThrow();
                    assertThat(listener.isRunning()).isFalse();
                    listener.start();
                    template(context).convertAndSend("texts", "late");
                    assertThat(context.getBean(Texts.class).received.poll(5, TimeUnit.SECONDS)).startsWith("late");
                });
    }

    @Test
    void traceTravelsInTheHeaders() {
        ObservationRegistry registry = ObservationRegistry.create();
        Tracer tracer = new Tracer();
        registry.observationConfig().observationHandler(tracer);
        runner().withBean(Texts.class).withBean(ObservationRegistry.class, () -> registry).run(context -> {
            template(context).convertAndSend("texts", "hello");
            assertThat(tracer.seen.poll(5, TimeUnit.SECONDS)).isEqualTo("ipc.receive of the trace 4711");
        });
    }

    @Test
    void channelIsMeasuredOnceItIsUsed() {
        runner().withConfiguration(AutoConfigurations.of(IpcMetricsAutoConfiguration.class))
                .withBean(SimpleMeterRegistry.class).withBean(Answers.class)
                .withPropertyValues("ipc.messaging.listener.auto-startup=false").run(context -> {
                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    assertThat(meters.find("ipc.channel.messages").functionCounters()).isEmpty();
                    context.getBean(IpcListenerEndpointRegistry.class).find("shouts").orElseThrow().start();
                    template(context).convertSendAndReceive("shouts", "a", String.class);
                    await().untilAsserted(() -> assertThat(meters.get("ipc.channel.messages").tag("direction", "sent")
                            .functionCounter().count()).as("the request").isEqualTo(1));
                    assertThat(meters.get("ipc.channel.attachments").tag("direction", "received").functionCounter()
                            .count()).isZero();
                    assertThat(meters.get("ipc.channel.queued").gauge().value()).isZero();
                });
    }

    @Test
    void whoHasNoMessagesHasNoChannel() {
        runner().run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(IpcListenerEndpointRegistry.class);
            assertThat(directories.channels()).doesNotExist();
        });
    }

    @Test
    void nothingIsLeftOfAContext() {
        for (int round = 0; round < 5; round++) {
            runner().withBean(Answers.class).run(context -> assertThat(
                    template(context).convertSendAndReceive("shouts", "a", String.class)).isEqualTo("A"));
        }
        assertThat(directories.channels()).isEmptyDirectory();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                .noneMatch(name -> name.startsWith("ipc-listener-")));
    }

    @Test
    void channelIsAsThePropertiesAndTheCustomizersSay() {
        runner().withPropertyValues("ipc.channels.threshold=1KB", "ipc.channels.credits.messages=1")
                .withBean(ChannelBuilderCustomizer.class,
                        () -> builder -> builder.credits(new Credits(2, 1_000_000, 16)))
                .run(context -> {
                    try (var bytes = context.getBean(Channel.class).bytes()) {
                        assertThat(bytes.sender().trySend(new byte[1])).isTrue();
                        assertThat(bytes.sender().trySend(new byte[1])).isTrue();
                        assertThat(bytes.sender().trySend(new byte[1])).isFalse();
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = { "ipc.channels.threshold=33KB", "ipc.channels.directory-permissions=rwxrwxrwx",
        "ipc.channels.credits.messages=0",
        "ipc.channels.credits.bytes=0B", "ipc.channels.credits.descriptors=0",
        "ipc.messaging.template.send-timeout=-1s", "ipc.messaging.template.reply-timeout=-1s",
        "ipc.messaging.template.max-age=-1s", "ipc.messaging.template.retry.max-retries=-1",
        "ipc.messaging.template.retry.multiplier=0.5", "ipc.messaging.template.retry.delay=-1s",
        "ipc.messaging.listener.concurrency=0", "ipc.messaging.listener.shutdown-timeout=-1s" })
    void wrongValuesAreNamed(String property) {
        runner().withBean(Texts.class).withPropertyValues(property)
                .run(context -> assertThat(context).getFailure().hasRootCauseInstanceOf(
                        InvalidIpcPropertyException.class).rootCause()
                        .hasMessageContaining(property.substring(0, property.indexOf('='))));
    }

    @Test
    void theApplicationsOwnChannelIsUsed() {
        Channel own = Channel.builder().directory(directories.channels()).open();
        runner().withBean(Channel.class, () -> own).withBean(Texts.class)
                .run(context -> assertThat(context).getBean(Channel.class).isSameAs(own));
        assertThat(own.isClosed()).isTrue();
    }

    @Test
    void offLinuxThereIsAWarningOnly(CapturedOutput output) {
        runner().withSystemProperties("os.name=Plan 9").withBean(Texts.class).run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(Channel.class).doesNotHaveBean(IpcTemplate.class);
            assertThat(output).contains("Messages between processes need Linux, and this is Plan 9");
        });
    }

    @Test
    void withoutCborOrSpringMessagingThereIsNone() {
        runner().withClassLoader(new FilteredClassLoader(CBORMapper.class)).run(context -> assertThat(context)
                .hasNotFailed().doesNotHaveBean(Channel.class).doesNotHaveBean(IpcTemplate.class));
        runner().withClassLoader(new FilteredClassLoader("org.springframework.messaging")).run(context -> assertThat(
                context).hasNotFailed().hasSingleBean(Channel.class).doesNotHaveBean(IpcTemplate.class));
    }

    static class Crowd {

        final CountDownLatch met = new CountDownLatch(3);
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        private final CyclicBarrier all = new CyclicBarrier(3);

        @IpcListener(destination = "crowd", concurrency = "${crowd}")
        void meet(Integer number) throws Exception {
            threads.add(Thread.currentThread());
            all.await(10, TimeUnit.SECONDS);
            met.countDown();
        }
    }

    /** Does with the carriers what a tracer does. */
    static final class Tracer implements ObservationHandler<Observation.Context> {

        final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @Override
        @SuppressWarnings("unchecked")
        public void onStart(Observation.Context context) {
            if (context instanceof SenderContext<?> sender) {
                ((SenderContext<Object>) sender).getSetter().set(sender.getCarrier(), "trace", "4711");
            } else if (context instanceof ReceiverContext<?> receiver) {
                seen.add(context.getName() + " of the trace "
                        + ((ReceiverContext<Object>) receiver).getGetter()
                                .get(Objects.requireNonNull(receiver.getCarrier()), "trace"));
            }
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }
}
