package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What other threads do and see while a listener starts or stops. */
@Timeout(60)
class ListenerRacesTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private Channel channel;
    private IpcListenerEndpointRegistry registry;

    @BeforeEach
    void open() {
        channel = Channel.builder().directory(directories.channels()).open();
        registry = new IpcListenerEndpointRegistry(() -> channel, () -> new IpcTemplate(channel));
        registry.setShutdownTimeout(Duration.ofSeconds(1));
    }

    @AfterEach
    void close() {
        registry.stop();
        channel.close();
    }

    @Test
    void listenerIsNotStartedAfterTheOthersWereStopped() throws Exception {
        assertThat(registeredBefore(_ -> registry.stop()).isRunning()).isFalse();
    }

    @Test
    void listenerIsNotStartedAfterItWasUnregistered() throws Exception {
        assertThat(registeredBefore(listener -> registry.unregister(listener.endpoint().id())).isRunning()).isFalse();
    }

    /** Registers a listener. Another thread acts after it was added and before it is started. */
    private IpcListenerContainer registeredBefore(Consumer<IpcListenerContainer> action) throws Exception {
        registry.start();
        AtomicReference<IpcListenerContainer> added = new AtomicReference<>();
        CountDownLatch held = new CountDownLatch(1);
        registry.forEach(listener -> {
            added.set(listener);
            awaitLatch(held);
        }, _ -> {});
        Thread registering = Thread.ofPlatform()
                .start(() -> registry.register(new IpcListenerEndpoint("texts", String.class, _ -> null)));
        await().until(() -> added.get() != null);
        IpcListenerContainer listener = Objects.requireNonNull(added.get());
        // A thread that starts a listener needs its monitor.
        synchronized (listener) {
            held.countDown();
            await().until(() -> registering.getState() == Thread.State.BLOCKED);
            action.accept(listener);
        }
        registering.join();
        return listener;
    }

    @Test
    void countOfExpiredMessagesStaysWhileTheListenerStops() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch last = new CountDownLatch(1);
        registry.setShutdownTimeout(Duration.ofMinutes(1));
        registry.start();
        IpcListenerContainer listener = registry
                .register(new IpcListenerEndpoint("texts", String.class, message -> {
                    awaitLatch(message.getPayload().equals("first") ? first : last);
                    return null;
                }));
        try (IpcTemplate template = new IpcTemplate(channel)) {
            template.convertAndSend("texts", "first");
            template.convertAndSend("texts", "old", IpcSendOptions.DEFAULT.maxAge(Duration.ofMillis(1)));
            template.convertAndSend("texts", "last");
            long sent = System.nanoTime();
            await().until(() -> System.nanoTime() - sent > Duration.ofMillis(20).toNanos());
            first.countDown();
            await().until(() -> listener.expired() == 1);
            Thread stopping = Thread.ofVirtual().start(listener::stop);
            await().until(() -> !listener.isRunning());
            assertThat(listener.expired()).isEqualTo(1);
            last.countDown();
            stopping.join();
            assertThat(listener.expired()).isEqualTo(1);
        }
    }

    @Test
    void threadThatFindsTheDestinationServedByAnotherThreadOfItsListenerServesIt() {
        ListenerReports reports = new ListenerReports("texts", "texts", _ -> {});
        ServedDestination served = new ServedDestination(new IpcListenerEndpoint("texts", String.class, _ -> null),
                IpcListenerSettings.DEFAULT,
                new ListenerOptions(() -> channel, () -> new IpcTemplate(channel), _ -> {}, null,
                        ObservationRegistry.NOOP, null, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                MessageType.of(Object.class), reports);
        try {
            assertThat(served.serve()).isTrue();
            assertThat(served.serve()).isTrue();
        } finally {
            served.stop();
            served.drain(Duration.ZERO);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
