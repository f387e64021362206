package io.resourcelink.boot.messaging.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.util.ErrorHandler;
import org.springframework.util.unit.DataSize;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.channel.autoconfigure.ChannelBuilderCustomizer;
import io.resourcelink.boot.messaging.DestinationNotServedException;
import io.resourcelink.boot.messaging.InvalidListenerException;
import io.resourcelink.boot.messaging.IpcHeaders;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcListenerSettings;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Credits;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.channel.SubSender;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How much may be on its way to a listener, and how old it may be. */
@Timeout(60)
class ListenerSettingsTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ApplicationContextRunner runner() {
        return directories.messaging();
    }

    private static IpcListenerContainer find(ApplicationContext context, String id) {
        return context.getBean(IpcListenerEndpointRegistry.class).find(id).orElseThrow();
    }

    private Channel sending() {
        return Channel.builder().directory(directories.channels()).open();
    }

    @Test
    void attributesGoBeforeProperties() {
        runner().withBean(Frames.class).withPropertyValues("ipc.messaging.listener.prefetch=9",
                "ipc.messaging.listener.max-age=3", "much=32MB").run(context -> {
                    assertThat(find(context, "said").settings()).isEqualTo(new IpcListenerSettings(true, 1, 4,
                            DataSize.ofMegabytes(32), Duration.ofSeconds(2), false));
                    assertThat(find(context, "default").settings()).isEqualTo(new IpcListenerSettings(true, 1, 9,
                            null, Duration.ofSeconds(3), false));
                });
    }

    static class Frames {

        @IpcListener(destination = "said", prefetch = "#{2 + 2}", prefetchSize = "${much}", maxAge = "2s")
        void said(String text) {}

        @IpcListener("default")
        void byDefault(String text) {}
    }

    @ParameterizedTest
    @CsvSource({ "prefetch,0", "prefetch,many", "prefetchSize,0B", "prefetchSize,much", "maxAge,old", "maxAge,-1s" })
    void aWrongAttributeIsNamed(String attribute, String value) {
        runner().withBean(Wrong.class).withPropertyValues(attribute + "=" + value)
                .run(context -> assertThat(context).getFailure().isInstanceOf(InvalidListenerException.class)
                        .hasMessageContaining(attribute).hasMessageContaining(Wrong.class.getName())
                        .hasMessageContaining(value.equals("-1s") ? "PT-1S" : value));
    }

    static class Wrong {

        @IpcListener(destination = "wrong", prefetch = "${prefetch:1}", prefetchSize = "${prefetchSize:1B}", maxAge = "${maxAge:1s}")
        void wrong(String text) {}
    }

    record Frame(SharedMemory pixels) {}

    /** Frames count from the call that sends them to the end of the method that handles them. */
    @ParameterizedTest
    @CsvSource({ "16,25,1", "64,25,3", "50,25,2", "16,1,16" })
    void asManyFramesAreUnderWayAsBeginBeforeTheSizeIsUsedUp(long size, long frame, int underWay) {
        assertUnderWay(runner().withPropertyValues("ipc.messaging.listener.prefetch-size=" + size + "MB"), frame,
                underWay);
    }

    /** An application that sets nothing is safe: a sender of large frames waits for each of them. */
    @ParameterizedTest
    @CsvSource({ "25,1", "15,2", "1,16" })
    void byDefaultLargeFramesAreUnderWayOneByOne(long frame, int underWay) {
        assertUnderWay(runner(), frame, underWay);
    }

    private void assertUnderWay(ApplicationContextRunner receiving, long frame, int underWay) {
        CountDownLatch handling = new CountDownLatch(1);
        CountDownLatch handle = new CountDownLatch(1);
        receiving.run(context -> {
            context.getBean(IpcListenerEndpointRegistry.class)
                    .register(new IpcListenerEndpoint("frames", Frame.class, _ -> {
                        handling.countDown();
                        handle.await();
                        return null;
                    }));
            try (Channel channel = sending();
                    SubSender<Frame> sender = channel.connect("frames", Frame.class);
                    SharedMemory pixels = SharedMemory.fromByte((byte) 1,
                            DataSize.ofMegabytes(frame).toBytes())) {
                int sent = 0;
                while (sender.send(new Frame(pixels), SendOptions.DEFAULT.timeout(Duration.ofMillis(100)))) {
                    sent++;
                    assertThat(handling.await(10, TimeUnit.SECONDS)).isTrue();
                }
                assertThat(sent).isEqualTo(underWay);
                handle.countDown();
                assertThat(sender.send(new Frame(pixels), Duration.ofSeconds(10))).isTrue();
            }
        });
    }

    @Test
    void asManyMessagesAreUnderWayAsPrefetchSays() {
        CountDownLatch handle = new CountDownLatch(1);
        runner().run(context -> {
            context.getBean(IpcListenerEndpointRegistry.class)
                    .register(new IpcListenerEndpoint("few", String.class, _ -> {
                        handle.await();
                        return null;
                    }).with(IpcListenerSettings.DEFAULT.prefetch(3)));
            try (Channel channel = sending(); SubSender<String> sender = channel.connect("few", String.class)) {
                for (int message = 0; message < 3; message++) {
                    assertThat(sender.trySend("hello")).isTrue();
                }
                assertThat(sender.trySend("hello")).isFalse();
                handle.countDown();
                assertThat(sender.send("hello", Duration.ofSeconds(10))).isTrue();
            }
        });
    }

    /** What a listener leaves open is what its channel has, not what the properties say. */
    @Test
    void creditsThatAreNotSetAreThoseOfTheChannel() {
        CountDownLatch handle = new CountDownLatch(1);
        runner().withBean(ChannelBuilderCustomizer.class,
                () -> builder -> builder.credits(new Credits(2, 1 << 20, 10))).run(context -> {
                    context.getBean(IpcListenerEndpointRegistry.class)
                            .register(new IpcListenerEndpoint("few", String.class, _ -> {
                                handle.await();
                                return null;
                            }).with(IpcListenerSettings.DEFAULT.prefetchSize(DataSize.ofMegabytes(64))));
                    try (Channel channel = sending();
                            SubSender<String> sender = channel.connect("few", String.class)) {
                        assertThat(sender.trySend("hello")).isTrue();
                        assertThat(sender.trySend("hello")).isTrue();
                        assertThat(sender.trySend("hello")).isFalse();
                        handle.countDown();
                    }
                });
    }

    @Test
    void listenerKnowsWhereItsMessageComesFrom() throws Exception {
        BlockingQueue<MessageHeaders> received = new LinkedBlockingQueue<>();
        runner().run(context -> {
            context.getBean(IpcListenerEndpointRegistry.class)
                    .register(new IpcListenerEndpoint("texts", String.class, message -> {
                        received.add(message.getHeaders());
                        return null;
                    }));
            IpcTemplate template = context.getBean(IpcTemplate.class);
            template.convertAndSend("texts", "a", Map.of(IpcHeaders.SENDER, "another"));
            template.convertAndSend("texts", "b");
            MessageHeaders first = received.poll(10, TimeUnit.SECONDS);
            assertThat(first).containsEntry(IpcHeaders.RECEIVED_DESTINATION, "texts")
                    .containsEntry(IpcHeaders.MESSAGE_NUMBER, 1L)
                    .containsEntry(IpcHeaders.SENDER, "this process")
                    .hasEntrySatisfying(IpcHeaders.AGE, age -> assertThat(age).isInstanceOf(Duration.class));
            assertThat(received.poll(10, TimeUnit.SECONDS)).containsEntry(IpcHeaders.MESSAGE_NUMBER, 2L);
        });
    }

    /** The template's own send time-out has nothing to do with results. */
    @Test
    void resultForAnotherDestinationHasTheTimeoutOfReplies() throws Exception {
        BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        runner().withBean(Forwarding.class).withBean("ipcErrorHandler", ErrorHandler.class, () -> failures::add)
                .withPropertyValues("ipc.messaging.template.send-timeout=0s",
                        "ipc.messaging.listener.reply-timeout=20ms")
                .run(context -> {
                    try (Channel channel = sending();
                            SubSender<String> sender = channel.connect("forwarding", String.class)) {
                        sender.send("hello");
                        assertThat(failures.poll(10, TimeUnit.SECONDS))
                                .isInstanceOf(DestinationNotServedException.class)
                                .hasMessageContaining("(waited 20 ms)");
                    }
                });
    }

    static class Forwarding {

        @IpcListener("forwarding")
        @SendTo("nobody")
        String forward(String text) {
            return text;
        }
    }

    @Test
    void oldMessagesAreDroppedAndCounted() {
        CountDownLatch handling = new CountDownLatch(1);
        CountDownLatch handle = new CountDownLatch(1);
        runner().withPropertyValues("ipc.messaging.listener.max-age=50ms").run(context -> {
            IpcListenerContainer listener = context.getBean(IpcListenerEndpointRegistry.class)
                    .register(new IpcListenerEndpoint("fresh", String.class, _ -> {
                        handling.countDown();
                        handle.await();
                        return null;
                    }));
            try (Channel channel = sending(); SubSender<String> sender = channel.connect("fresh", String.class)) {
                sender.send("new");
                assertThat(handling.await(10, TimeUnit.SECONDS)).isTrue();
                sender.send("old");
                sender.send("old");
                long sent = System.nanoTime();
                await().until(() -> System.nanoTime() - sent > TimeUnit.MILLISECONDS.toNanos(60));
                handle.countDown();
                await().until(() -> listener.expired() == 2);
                listener.stop();
                assertThat(listener.expired()).as("also of a listener that was stopped").isEqualTo(2);
                assertThat(listener.unhandled()).isZero();
            }
        });
    }
}
