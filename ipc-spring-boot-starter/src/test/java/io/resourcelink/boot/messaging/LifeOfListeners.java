package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.resourcelink.channel.Channel;

import static org.assertj.core.api.Assertions.assertThat;

/** Steps of a life in which listeners start, stand by, lose what they serve and hang. Each stops those that it has started. */
final class LifeOfListeners {

    private final MessagingLife life;
    private final Injection injection;

    LifeOfListeners(MessagingLife life, Injection injection) {
        this.life = life;
        this.injection = injection;
    }

    private static IpcListenerEndpoint idle(String destination) {
        return new IpcListenerEndpoint(destination, String.class, _ -> null);
    }

    @SuppressWarnings("unchecked")
    void observe() {
        try (Channel channel = life.channel()) {
            IpcListenerEndpointRegistry registry = life.registry(() -> channel);
            Consumer<IpcListenerContainer> observer = injection.telling(Consumer.class,
                    container -> assertThat(container)
                            .isNotNull());
            try {
                registry.forEach(observer, observer);
                registry.start();
                assertThat(registry.register(idle("observed")).isServing()).isTrue();
            } finally {
                registry.stop();
            }
        }
    }

    void standBy() {
        try (Channel first = life.channel(); Channel second = life.channel()) {
            IpcListenerEndpointRegistry serving = life.registry(() -> first);
            IpcListenerEndpointRegistry standing = life.registry(() -> second);
            try {
                serving.register(idle("shared"));
                serving.start();
                IpcListenerContainer container = standing.register(idle("shared"));
                standing.start();
                assertThat(container.state()).isEqualTo(ListenerState.STANDBY);
                serving.stop();
                life.await("the other one takes over", container::isServing);
            } finally {
                serving.stop();
                standing.stop();
            }
        }
    }

    void lose() {
        AtomicReference<Channel> channel = new AtomicReference<>(life.channel());
        IpcListenerEndpointRegistry registry = life.registry(channel::get);
        try {
            IpcListenerContainer container = registry.register(idle("moving"));
            registry.start();
            Channel lost = channel.getAndSet(life.channel());
            lost.close();
            life.await("it serves on another channel", container::isServing);
        } finally {
            registry.stop();
            channel.get().close();
        }
    }

    void hang() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        try (Channel channel = life.channel()) {
            IpcListenerEndpointRegistry registry = life.registry(() -> channel);
            registry.setShutdownTimeout(Duration.ofMillis(1));
            try {
                registry.register(Hooks.hanging(begun));
                registry.start();
                life.template().convertAndSend("hanging", "wait");
                life.await("its method was called", () -> begun.getCount() == 0);
            } finally {
                registry.stop();
            }
        }
    }
}
