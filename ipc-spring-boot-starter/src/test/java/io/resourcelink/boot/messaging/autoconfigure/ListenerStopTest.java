package io.resourcelink.boot.messaging.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcMessagesUnhandledEvent;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.ChannelListener;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.PendingReply;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.channel.SubSender;
import io.resourcelink.channel.UnhandledMessages;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.RequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** What was accepted is handled, or reported by its number. */
@Tag("slow")
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ListenerStopTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final List<UnhandledMessages> toldToTheSender = new CopyOnWriteArrayList<>();

    private ApplicationContextRunner runner() {
        return directories.messaging();
    }

    private Channel sending() {
        return Channel.builder().directory(directories.channels()).listener(new ChannelListener() {
            @Override
            public void unhandled(UnhandledMessages messages) {
                toldToTheSender.add(messages);
            }
        }).open();
    }

    private static IpcListenerEndpointRegistry registry(ApplicationContext context) {
        return context.getBean(IpcListenerEndpointRegistry.class);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 4 })
    void whatWasAcceptedIsHandled(int concurrency) throws Exception {
        Set<Integer> handled = ConcurrentHashMap.newKeySet();
        AtomicInteger accepted = new AtomicInteger();
        CountDownLatch running = new CountDownLatch(200);
        AtomicInteger twice = new AtomicInteger();
        try (Channel channel = sending()) {
            Thread load;
            try (ConfigurableApplicationContext context = start("ipc.messaging.listener.concurrency=" + concurrency)) {
                registry(context).register(new IpcListenerEndpoint("load", Integer.class, message -> {
                    if (!handled.add((Integer) message.getPayload())) {
                        twice.incrementAndGet();
                    }
                    running.countDown();
                    return null;
                }));
                SubSender<Integer> sender = channel.connect("load", Integer.class);
                load = Thread.startVirtualThread(() -> sendUntilStopped(sender, accepted));
                assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
            }
            load.join();
            assertThat(handled).hasSize(accepted.get()).contains(accepted.get() - 1);
            assertThat(twice).hasValue(0);
            assertThat(toldToTheSender).isEmpty();
            assertThat(channel.statistics().unhandled()).isZero();
        }
    }

    private static void sendUntilStopped(SubSender<Integer> sender, AtomicInteger accepted) {
        try (sender) {
            for (;;) {
                sender.send(accepted.get());
                accepted.incrementAndGet();
            }
        } catch (DisconnectedException _) {
            // The listener is stopping: the message was not accepted.
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A context that a test closes itself. */
    private ConfigurableApplicationContext start(String... properties) {
        return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).registerShutdownHook(false)
                .properties(directories.properties()).properties(properties).run();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Test
    void anApplicationThatHasSentLogsAndCountsWhatIsLeft(CapturedOutput output) {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        try (ConfigurableApplicationContext sender = start()) {
            try (ConfigurableApplicationContext context = start("ipc.messaging.listener.shutdown-timeout=20ms")) {
                registry(context).register(hanging("busy", begun, interrupted));
                for (int i = 0; i < 3; i++) {
                    sender.getBean(IpcTemplate.class).convertAndSend("busy", "message");
                }
            }
            Channel channel = sender.getBean(Channel.class);
            await().untilAsserted(() -> assertThat(channel.statistics().unhandled()).isEqualTo(3));
            await().untilAsserted(() -> assertThat(output)
                    .contains("Messages 1 to 3 of this process to \"busy\" were not handled by process "));
        }
    }

    @Test
    void whatIsLeftAtTheDeadlineIsReportedOnBothSides(CapturedOutput output) {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        runner().withBean(Reports.class).withPropertyValues("ipc.messaging.listener.shutdown-timeout=20ms")
                .run(context -> {
                    IpcListenerContainer listener = registry(context).register(hanging("busy", begun, interrupted));
                    try (Channel channel = sending();
                            SubSender<String> sender = channel.connect("busy", String.class)) {
                        for (int message = 0; message < 4; message++) {
                            sender.send("wait");
                        }
                        try (PendingReply<String> reply = sender.request("wait too", MessageType.of(String.class),
                                SendOptions.DEFAULT)) {
                            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
                            listener.stop();
                            assertThatExceptionOfType(RequestException.class)
                                    .isThrownBy(() -> reply.await(Duration.ofSeconds(10)))
                                    .satisfies(e -> assertThat(e.reason())
                                            .isEqualTo(RequestException.Reason.UNHANDLED));
                        }
                        await().untilAsserted(() -> assertThat(toldToTheSender.stream()
                                .mapToLong(UnhandledMessages::count).sum()).as("told to the sender").isEqualTo(4));
                        assertThat(toldToTheSender.getFirst().receiver()).isEqualTo("busy");
                    }
                    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
                    assertThat(listener.unhandled()).isEqualTo(5);
                    assertThat(listener.failures()).as("reported once").isZero();
                    assertThat(context.getBean(Reports.class).unhandled).singleElement().satisfies(event -> {
                        assertThat(event.destination()).isEqualTo("busy");
                        assertThat(event.report().count()).isEqualTo(5);
                    });
                });
        assertThat(output).containsOnlyOnce("The listener at \"busy\" had to stop before all messages were handled.")
                .contains("Not handled: 5 (number 1 to 5 from process " + ProcessHandle.current().pid()
                        + "); their senders were told.")
                .doesNotContain("Without an answer");
    }

    /** Senders were told, and may send the messages to another process at once. */
    @Test
    void methodsAreInterruptedBeforeTheReportIsPublished() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicReference<Boolean> before = new AtomicReference<>();
        runner().withPropertyValues("ipc.messaging.listener.shutdown-timeout=20ms").run(context -> {
            context.getSourceApplicationContext().addApplicationListener(ApplicationListener
                    .<IpcMessagesUnhandledEvent>forPayload(_ -> before.set(isOpen(interrupted))));
            IpcListenerContainer listener = registry(context).register(hanging("busy", begun, interrupted));
            try (Channel channel = sending(); SubSender<String> sender = channel.connect("busy", String.class)) {
                sender.send("wait");
                assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
                listener.stop();
            }
        });
        assertThat(before).hasValue(true);
    }

    private static boolean isOpen(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static IpcListenerEndpoint hanging(String destination, CountDownLatch begun, CountDownLatch interrupted) {
        return new IpcListenerEndpoint(destination, String.class, _ -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return null;
        });
    }

    /** Each method returns only after all listeners were told to stop, so none may be waited for before. */
    @Test
    void allStopTogether() {
        CountDownLatch begun = new CountDownLatch(5);
        runner().withPropertyValues("ipc.messaging.listener.shutdown-timeout=30s",
                "spring.lifecycle.timeout-per-shutdown-phase=1m").run(context -> {
                    IpcListenerEndpointRegistry registry = registry(context);
                    for (int number = 0; number < 5; number++) {
                        registry.register(new IpcListenerEndpoint("busy" + number, String.class, _ -> {
                            begun.countDown();
                            await().until(() -> registry.containers().stream()
                                    .noneMatch(IpcListenerContainer::isRunning));
                            return null;
                        }));
                    }
                    try (Channel channel = sending()) {
                        for (int number = 0; number < 5; number++) {
                            try (SubSender<String> sender = channel.connect("busy" + number, String.class)) {
                                sender.send("wait");
                            }
                        }
                        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
                        registry.stop();
                    }
                    assertThat(registry.containers()).allMatch(listener -> listener.unhandled() == 0);
                });
        assertThat(toldToTheSender).isEmpty();
    }

    @Test
    void aWaitForARetryEndsWithTheListener() {
        CountDownLatch failed = new CountDownLatch(1);
        AtomicInteger attempts = new AtomicInteger();
        runner().withPropertyValues("ipc.messaging.listener.retry.enabled=true",
                "ipc.messaging.listener.retry.delay=1h", "ipc.messaging.listener.retry.max-delay=1h",
                "ipc.messaging.listener.shutdown-timeout=1h").run(context -> {
                    IpcListenerContainer listener = registry(context)
                            .register(new IpcListenerEndpoint("retried", String.class, _ -> {
                                attempts.incrementAndGet();
                                failed.countDown();
                                throw new IllegalStateException("not yet");
                            }));
                    try (Channel channel = sending();
                            SubSender<String> sender = channel.connect("retried",
                                    String.class)) {
                        sender.send("now");
                        assertThat(failed.await(10, TimeUnit.SECONDS)).isTrue();
                        listener.stop();
                    }
                    assertThat(attempts).hasValue(1);
                    assertThat(listener.failures()).isEqualTo(1);
                    assertThat(listener.unhandled()).isZero();
                });
    }

    @Test
    void aStoppedListenerStartsAgain() {
        runner().run(context -> {
            AtomicInteger handled = new AtomicInteger();
            IpcListenerContainer listener = registry(context)
                    .register(new IpcListenerEndpoint("again", String.class, _ -> handled.incrementAndGet()));
            try (Channel channel = sending()) {
                for (int round = 1; round <= 3; round++) {
                    try (SubSender<String> sender = channel.connect("again", String.class)) {
                        sender.send("hello");
                    }
                    listener.stop();
                    assertThat(handled).hasValue(round);
                    assertThat(listener.isRunning()).isFalse();
                    listener.start();
                    assertThat(listener.isServing()).isTrue();
                }
            }
        });
    }

    @Test
    void aListenerMayCloseItsOwnContext(CapturedOutput output) throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        ConfigurableApplicationContext context = start("ipc.messaging.listener.shutdown-timeout=1h",
                "spring.lifecycle.timeout-per-shutdown-phase=1h");
        registry(context).register(new IpcListenerEndpoint("last", String.class, _ -> {
            context.close();
            closed.countDown();
            return null;
        }));
        try (Channel channel = sending(); SubSender<String> sender = channel.connect("last", String.class)) {
            sender.send("close");
            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(output).contains("Not handled: 1 (number 1 from process").doesNotContain("Without an answer");
    }

    @ParameterizedTest
    @CsvSource({ "10s,30s,10000", "60s,30s,29500", "60s,100ms,90", "60s,0s,0" })
    void theSmallerTimeoutApplies(String listener, String phase, long millis) {
        runner().withPropertyValues("ipc.messaging.listener.shutdown-timeout=" + listener,
                "spring.lifecycle.timeout-per-shutdown-phase=" + phase)
                .run(context -> assertThat(
                        new ListenerProperties(context.getBean(IpcMessagingProperties.class).listener())
                                .shutdownTimeout(context.getEnvironment()))
                        .isEqualTo(Duration.ofMillis(millis)));
    }

    static class Reports {

        final List<IpcMessagesUnhandledEvent> unhandled = new CopyOnWriteArrayList<>();

        @EventListener
        void unhandled(IpcMessagesUnhandledEvent event) {
            unhandled.add(event);
        }
    }
}
