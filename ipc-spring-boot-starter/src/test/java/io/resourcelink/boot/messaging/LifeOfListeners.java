package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.FixedBackOff;

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

    /** Its first attempt fails. */
    void retry() {
        AtomicInteger attempts = new AtomicInteger();
        BackOff pauses = injection.telling(BackOff.class,
                () -> injection.telling(BackOffExecution.class, new FixedBackOff(1, 3).start()));
        try (Channel channel = life.channel()) {
            IpcListenerEndpointRegistry registry = life.registry(() -> channel);
            registry.setRetryPolicy(
                    injection.telling(RetryPolicy.class, RetryPolicy.builder().backOff(pauses).build()));
            try {
                registry.register(new IpcListenerEndpoint("retried", String.class, _ -> {
                    if (attempts.incrementAndGet() == 1) {
                        throw new IllegalStateException("not yet");
                    }
                    return null;
                }));
                registry.start();
                life.template().convertAndSend("retried", "again");
                life.await("it is called again", () -> attempts.get() >= 2);
            } finally {
                registry.stop();
            }
        }
    }

    /** No handler of the application takes the failure. */
    void log() {
        try (Channel channel = life.channel()) {
            IpcListenerEndpointRegistry registry = new IpcListenerEndpointRegistry(() -> channel, life::template);
            try {
                IpcListenerContainer container = registry
                        .register(new IpcListenerEndpoint("logged", String.class, _ -> {
                            throw new IllegalStateException("for the log");
                        }));
                registry.start();
                life.template().convertAndSend("logged", "fail");
                life.await("it has failed", () -> container.failures() == 1);
            } finally {
                registry.stop();
            }
        }
    }
}
