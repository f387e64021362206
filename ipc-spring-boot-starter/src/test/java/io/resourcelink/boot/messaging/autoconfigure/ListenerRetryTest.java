package io.resourcelink.boot.messaging.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.FailureCode;
import io.resourcelink.boot.messaging.IpcFailureHeaders;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcMessageRecoverer;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.PendingReply;
import io.resourcelink.channel.Received;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.channel.SubSender;
import io.resourcelink.error.OsException;
import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A listener that fails is called again if it should be, and then its message is recovered, or the failure is reported. */
@Tag("slow")
@Timeout(60)
class ListenerRetryTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ApplicationContextRunner runner() {
        return directories.messaging().withPropertyValues("ipc.messaging.listener.retry.enabled=true",
                "ipc.messaging.listener.retry.delay=1ms", "ipc.messaging.listener.retry.max-retries=2");
    }

    private static IpcListenerEndpointRegistry registry(ApplicationContext context) {
        return context.getBean(IpcListenerEndpointRegistry.class);
    }

    /** Sends as another process would. */
    private static RequestException failureOf(@Nullable RequestException failure) {
        return Objects.requireNonNull(failure, "the request has succeeded");
    }

    private @Nullable RequestException ask(String destination, Object request) throws InterruptedException {
        try (Channel channel = Channel.builder().directory(directories.channels()).open();
                SubSender<Object> sender = channel.connect(destination, Object.class);
                PendingReply<Object> pending = sender.request(request, MessageType.of(Object.class),
                        SendOptions.DEFAULT)) {
            try (Received<Object> _ = pending.await(Duration.ofSeconds(30)).orElseThrow()) {
                return null;
            } catch (RequestException e) {
                return e;
            }
        }
    }

    @Test
    void aMethodThatFailsIsCalledAgain() {
        AtomicInteger attempts = new AtomicInteger();
        runner().run(context -> {
            IpcListenerContainer listener = registry(context)
                    .register(new IpcListenerEndpoint("retried", String.class, message -> {
                        if (attempts.incrementAndGet() < 3) {
                            throw new IOException("not yet");
                        }
                        return message.getPayload();
                    }));
            assertThat(ask("retried", "hello")).isNull();
            assertThat(attempts).hasValue(3);
            assertThat(listener.failures()).isZero();
        });
    }

    /** Spring's own way. */
    @Configuration(proxyBeanMethods = false)
    @EnableResilientMethods
    static class Resilient {

        @Bean
        Sprung sprung() {
            return new Sprung();
        }
    }

    static class Sprung {

        final AtomicInteger attempts = new AtomicInteger();

        @IpcListener("sprung")
        @Retryable(maxRetries = 2, delay = 1)
        public String answer(String text) throws IOException {
            if (attempts.incrementAndGet() < 3) {
                throw new IOException("not yet");
            }
            return text;
        }

        /** Not of a proxy. */
        public int attempts() {
            return attempts.get();
        }
    }

    @Test
    void springsRetryableCallsTheMethodAgain() {
        directories.messaging().withUserConfiguration(Resilient.class).run(context -> {
            assertThat(ask("sprung", "hello")).isNull();
            assertThat(context.getBean(Sprung.class).attempts()).isEqualTo(3);
        });
    }

    @Test
    void byDefaultItIsCalledOnce() {
        AtomicInteger attempts = new AtomicInteger();
        directories.messaging().run(context -> {
            registry(context).register(new IpcListenerEndpoint("once", String.class, _ -> {
                attempts.incrementAndGet();
                throw new IOException("never");
            }));
            assertThat(ask("once", "hello")).isNotNull();
            assertThat(attempts).hasValue(1);
        });
    }

    static Stream<Supplier<Throwable>> notRetried() {
        return Stream.of(() -> new OutOfMemoryError("heap"), StackOverflowError::new, () -> new AssertionError("no"),
                () -> new InterruptedException("now"), () -> new MessageConversionException("no number"));
    }

    @ParameterizedTest
    @MethodSource("notRetried")
    void onlyExceptionsThatMayEndAreRetried(Supplier<Throwable> thrown) {
        AtomicInteger attempts = new AtomicInteger();
        runner().run(context -> {
            registry(context).register(new IpcListenerEndpoint("fatal", String.class, _ -> {
                attempts.incrementAndGet();
                throw ListenerRetryTest.<RuntimeException>sneak(thrown.get());
            }));
            RequestException failure = failureOf(ask("fatal", "hello"));
            assertThat(failure).isNotNull();
            assertThat(failure.reason()).isEqualTo(Reason.FAILED);
            assertThat(failure.type()).isEqualTo(thrown.get().getClass().getName());
            assertThat(attempts).hasValue(1);
        });
    }

    @SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
    private static <X extends Throwable> X sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    void theCodeOfAFailureReachesTheSender() {
        runner().run(context -> {
            registry(context).register(new IpcListenerEndpoint("coded", String.class, _ -> {
                throw new IllegalStateException("outer", new UnknownFormat());
            }));
            RequestException failure = failureOf(ask("coded", "hello"));
            assertThat(failure).isNotNull();
            assertThat(failure.code()).isEqualTo("unknown-format");
            assertThat(failure.type()).isEqualTo(IllegalStateException.class.getName());
            assertThat(failure).hasMessageContaining("outer");
        });
    }

    static class UnknownFormat extends RuntimeException implements FailureCode {

        private static final long serialVersionUID = 1L;

        @Override
        public String code() {
            return "unknown-format";
        }
    }

    @Test
    void aMessageThatCannotBeReadIsNeitherRetriedNorRecovered() {
        AtomicInteger attempts = new AtomicInteger();
        BlockingQueue<Object> recovered = new LinkedBlockingQueue<>();
        runner().run(context -> {
            IpcListenerContainer listener = registry(context)
                    .register(new IpcListenerEndpoint("numbers", Integer.class, _ -> attempts.incrementAndGet())
                            .with((message, failure) -> recovered.add(message)));
            RequestException failure = failureOf(ask("numbers", List.of("no number")));
            assertThat(failure).isNotNull();
            assertThat(failure.reason()).isEqualTo(Reason.UNREADABLE);
            assertThat(failure).hasMessageContaining(
                    "A message to \"numbers\" cannot be read as java.lang.Integer by its listener");
            assertThat(attempts).hasValue(0);
            assertThat(recovered).isEmpty();
            await().until(() -> listener.failures() == 1);
        });
    }

    record Scarce(int number) {

        static final AtomicInteger MADE = new AtomicInteger();

        Scarce {
            if (MADE.incrementAndGet() == 1) {
                throw new OsException("open", 24, "EMFILE", "a file", "This process has no descriptor left.");
            }
        }
    }

    @Test
    void aMessageThatTheListenerHasNoRoomForIsNotUnreadable() {
        runner().run(context -> {
            registry(context).register(new IpcListenerEndpoint("scarce", Scarce.class, _ -> null));
            Map<String, Integer> scarce = Map.of("number", 1);
            RequestException failure = failureOf(ask("scarce", scarce));
            assertThat(failure.reason()).isEqualTo(Reason.FAILED);
            assertThat(failure).hasMessageContaining("EMFILE");
            assertThat(ask("scarce", scarce)).isNull();
        });
    }

    record Job(ResourceLink link) {}

    @Test
    void eachAttemptAndTheRecovererGetOpenLinks() {
        AtomicInteger attempts = new AtomicInteger();
        BlockingQueue<byte[]> recovered = new LinkedBlockingQueue<>();
        runner().run(context -> {
            IpcListenerContainer listener = registry(context)
                    .register(new IpcListenerEndpoint("jobs", Job.class, message -> {
                        try (ResourceLink link = ((Job) message.getPayload()).link()) {
                            attempts.addAndGet(link.readPayload(0, 1)[0]);
                            throw new IOException("full");
                        }
                    }).with((message, failure) -> {
                        assertThat(failure).isInstanceOf(IOException.class);
                        recovered.add(((Job) message.getPayload()).link().readPayload(0, 1));
                    }));
            try (ResourceLinkFactory segments = directories.factory();
                    Channel channel = Channel.builder().directory(directories.channels()).segments(segments).open();
                    SubSender<Job> sender = channel.connect("jobs", Job.class);
                    ResourceLink link = segments.create("job", 1)) {
                link.writePayload(new byte[]{ 7 });
                sender.send(new Job(link));
                assertThat(recovered.poll(10, TimeUnit.SECONDS)).containsExactly(7);
                assertThat(attempts).hasValue(3 * 7);
                await().until(() -> segments.info("job").orElseThrow().refcount() == 1);
            }
            assertThat(listener.failures()).isEqualTo(1);
        });
    }

    @Test
    void onFailureNamesABeanOrADestination() {
        runner().withBean(Failing.class).withBean("rescue", Rescue.class).run(context -> {
            assertThat(ask("to-bean", "hello")).isNotNull();
            Message<?> taken = context.getBean(Rescue.class).taken.poll(10, TimeUnit.SECONDS);
            assertThat(taken).isNotNull();
            assertThat(taken.getPayload()).isEqualTo("hello");
            assertThat(ask("to-destination", "bye")).isNotNull();
            Message<?> forwarded = context.getBean(Failing.class).forwarded.poll(10, TimeUnit.SECONDS);
            assertThat(forwarded).isNotNull();
            assertThat(forwarded.getPayload()).isEqualTo("bye");
            Map<String, Object> headers = forwarded.getHeaders();
            assertThat(headers).containsEntry(IpcFailureHeaders.DESTINATION, "to-destination")
                    .containsEntry(IpcFailureHeaders.TYPE, UnknownFormat.class.getName())
                    .containsEntry(IpcFailureHeaders.CODE, "unknown-format").containsKey(IpcFailureHeaders.TEXT);
        });
    }

    static class Failing {

        final BlockingQueue<Message<String>> forwarded = new LinkedBlockingQueue<>();

        @IpcListener(destination = "to-bean", onFailure = "rescue")
        void bean(String text) {
            throw new UnknownFormat();
        }

        @IpcListener(destination = "to-destination", onFailure = "${failed:failed}")
        void destination(String text) {
            throw new UnknownFormat();
        }

        @IpcListener("failed")
        void failed(Message<String> message) {
            forwarded.add(message);
        }
    }

    static class Rescue implements IpcMessageRecoverer {

        final BlockingQueue<Message<?>> taken = new LinkedBlockingQueue<>();

        @Override
        public void recover(Message<?> message, Throwable failure) {
            taken.add(message);
        }
    }

    @Test
    void payloadThatCannotBeClosedIsHandledAgainAndRecovered() {
        AtomicInteger attempts = new AtomicInteger();
        AtomicInteger recovered = new AtomicInteger();
        runner().run(context -> {
            registry(context).register(new IpcListenerEndpoint("sticky", Sticky.class, _ -> {
                attempts.incrementAndGet();
                throw new IOException("never");
            }).with((_, failure) -> {
                assertThat(failure).hasMessage("never");
                recovered.incrementAndGet();
            }));
            assertThat(failureOf(ask("sticky", Map.of("text", "a"))).type()).isEqualTo(IOException.class.getName());
            await().until(() -> recovered.get() == 1);
            assertThat(attempts).hasValue(3);
        });
    }

    record Sticky(String text) implements AutoCloseable {

        @Override
        public void close() {
            throw new IllegalStateException("stuck");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "listener", "template" })
    void longestDelayIsNotShorterThanTheFirst(String side) {
        String prefix = "ipc.messaging." + side + ".retry.";
        directories.messaging().withPropertyValues(prefix + "delay=30s", prefix + "max-delay=20s")
                .run(context -> assertThat(context).getFailure().rootCause()
                        .hasMessageContaining(prefix + "max-delay must be at least " + prefix + "delay")
                        .hasMessageContaining("PT20S"));
        directories.messaging().withPropertyValues(prefix + "delay=30s").run(context -> {
            IpcMessagingProperties properties = context.getBean(IpcMessagingProperties.class);
            IpcMessagingProperties.Retry retry = side.equals("listener")
                    ? properties.listener().retry()
                    : properties.template().retry();
            assertThat(retry.policy().getBackOff().start().nextBackOff()).isEqualTo(30_000);
        });
    }

    @Test
    void messageThatWasHandledIsNotRecovered() {
        AtomicInteger recovered = new AtomicInteger();
        AtomicInteger reported = new AtomicInteger();
        runner().run(context -> {
            IpcListenerEndpointRegistry registry = registry(context);
            registry.setErrorHandler(_ -> reported.incrementAndGet());
            registry.register(new IpcListenerEndpoint("unsendable", String.class, _ -> new Thread())
                    .with((_, _) -> recovered.incrementAndGet()));
            assertThat(ask("unsendable", "hello")).isNotNull();
            await().until(() -> reported.get() == 1);
            assertThat(recovered).hasValue(0);
        });
    }

    @Test
    void aRecovererThatFailsLeavesTheFailureToTheReport() {
        runner().run(context -> {
            AtomicInteger reported = new AtomicInteger();
            IpcListenerEndpointRegistry registry = registry(context);
            registry.setErrorHandler(_ -> reported.incrementAndGet());
            registry.register(new IpcListenerEndpoint("lost", String.class, _ -> {
                throw new IOException("gone");
            }).with((_, _) -> {
                throw new AssertionError("no room");
            }));
            assertThat(ask("lost", "hello")).isNotNull();
            await().until(() -> reported.get() == 1);
        });
    }
}
