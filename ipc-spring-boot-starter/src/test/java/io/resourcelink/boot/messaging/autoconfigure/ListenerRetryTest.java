package io.resourcelink.boot.messaging.autoconfigure;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;

import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.error.OsException;
import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;

import static org.assertj.core.api.Assertions.assertThat;

/** A listener that fails is called again if it should be, and then the failure is reported to the sender. */
@Tag("slow")
@Timeout(60)
class ListenerRetryTest extends ListenerRetryFixture {

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
}
