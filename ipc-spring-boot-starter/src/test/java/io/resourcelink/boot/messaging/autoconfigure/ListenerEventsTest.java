package io.resourcelink.boot.messaging.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.health.IpcListenersHealthIndicator;
import io.resourcelink.boot.messaging.IpcDestinationReleasedEvent;
import io.resourcelink.boot.messaging.IpcDestinationServedEvent;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.metrics.ListenerMetrics;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.SubSender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The application sees when a destination begins and ends to be served, and can take a listener away. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ListenerEventsTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ApplicationContextRunner runner() {
        return directories.messaging();
    }

    private static IpcListenerEndpointRegistry registry(ApplicationContext context) {
        return context.getBean(IpcListenerEndpointRegistry.class);
    }

    private static IpcListenerEndpoint endpoint(AtomicInteger handled) {
        return new IpcListenerEndpoint("seen", String.class, _ -> handled.incrementAndGet());
    }

    @Test
    void servingIsPublishedAndLogged(CapturedOutput output) {
        runner().withBean(Seen.class).run(first -> runner().withBean(Seen.class).run(second -> {
            IpcListenerContainer listener = registry(first).register(endpoint(new AtomicInteger()));
            List<String> events = first.getBean(Seen.class).events;
            assertThat(events).containsExactly("served seen");
            IpcListenerContainer standing = registry(second).register(endpoint(new AtomicInteger()));
            assertThat(second.getBean(Seen.class).events).isEmpty();
            assertThat(standing.isServing()).isFalse();
            Health health = Objects.requireNonNull(new IpcListenersHealthIndicator(registry(second)).health());
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails().get("seen")).asString().contains("STANDBY");
            listener.stop();
            assertThat(events).containsExactly("served seen", "released seen");
            await().until(() -> second.getBean(Seen.class).events.equals(List.of("served seen")));
            standing.stop();
        }));
        assertThat(output).containsOnlyOnce("Destination \"seen\" is served by this process.")
                .containsOnlyOnce("Destination \"seen\" is served by another process.")
                .containsOnlyOnce("Destination \"seen\" is served by this process now.")
                .contains("Destination \"seen\" is not served by this process any more.");
    }

    static class Seen {

        final List<String> events = new CopyOnWriteArrayList<>();

        @EventListener
        void served(IpcDestinationServedEvent event) {
            assertThat(event.listener()).isNotBlank();
            events.add("served " + event.destination());
        }

        @EventListener
        void released(IpcDestinationReleasedEvent event) {
            events.add("released " + event.destination());
        }
    }

    @Test
    void anEventListenerThatThrowsStopsNothing() {
        runner().withBean(Throwing.class).run(context -> {
            AtomicInteger handled = new AtomicInteger();
            IpcListenerContainer listener = registry(context).register(endpoint(handled));
            try (Channel channel = Channel.builder().directory(directories.channels()).open();
                    SubSender<String> sender = channel.connect("seen", String.class)) {
                sender.send("hello");
                listener.stop();
            }
            assertThat(handled).hasValue(1);
        });
    }

    @Test
    void givingUpIsPublishedBeforeWhatWasSentBeforeIsHandled() throws Exception {
        CountDownLatch going = new CountDownLatch(1);
        runner().withBean(Seen.class).run(context -> {
            List<String> events = context.getBean(Seen.class).events;
            registry(context).register(new IpcListenerEndpoint("slow", String.class, _ -> {
                going.await();
                return null;
            }));
            registry(context).register(endpoint(new AtomicInteger()));
            try (Channel channel = Channel.builder().directory(directories.channels()).open();
                    SubSender<String> sender = channel.connect("slow", String.class)) {
                sender.send("hello");
                CountDownLatch stopped = new CountDownLatch(1);
                registry(context).stop(stopped::countDown);
                await().until(() -> events.containsAll(List.of("released slow", "released seen")));
                assertThat(stopped.getCount()).isEqualTo(1);
                going.countDown();
                assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
            }
        });
    }

    static class Throwing {

        @EventListener({ IpcDestinationServedEvent.class, IpcDestinationReleasedEvent.class })
        void any() {
            throw new AssertionError("thrown by an event listener");
        }
    }

    @Test
    void anUnregisteredListenerLeavesNothingAndItsNameIsFree() {
        runner().run(context -> {
            IpcListenerEndpointRegistry registry = registry(context);
            MeterRegistry meters = new SimpleMeterRegistry();
            new ListenerMetrics(registry).bindTo(meters);
            AtomicInteger first = new AtomicInteger();
            AtomicInteger second = new AtomicInteger();
            try (Channel channel = Channel.builder().directory(directories.channels()).open()) {
                IpcListenerContainer listener = registry.register(endpoint(first));
                send(channel);
                assertThat(registry.unregister("seen")).isTrue();
                assertThat(first).as("what was sent before is handled").hasValue(1);
                assertThat(listener.isRunning()).isFalse();
                assertThat(registry.find("seen")).isEmpty();
                assertThat(meters.getMeters()).isEmpty();
                assertThat(registry.unregister("seen")).isFalse();
                registry.register(endpoint(second));
                send(channel);
                await().until(() -> second.get() == 1);
                assertThat(meters.get("ipc.listener.serving").gauge().value()).isEqualTo(1);
            }
        });
    }

    private static void send(Channel channel) throws InterruptedException {
        try (SubSender<String> sender = channel.connect("seen", String.class)) {
            sender.send("hello");
        }
    }
}
