package io.resourcelink.boot.messaging.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.messaging.MessagingException;
import org.springframework.util.ErrorHandler;

import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcListenerErrorHandler;
import io.resourcelink.boot.messaging.ListenerFailedException;
import io.resourcelink.boot.messaging.ListenerState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** What is thrown around a listener costs the message, and nothing else. */
@Tag("slow")
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ListenerFailureTest extends ListenerFailureFixture {

    @ParameterizedTest
    @CsvSource({ "1,false", "3,false", "1,true", "3,true" })
    void payloadThatCannotBeMadeCostsItsRequest(int concurrency, boolean virtual) {
        runner().withBean(Picky.class).withPropertyValues("ipc.messaging.listener.concurrency=" + concurrency,
                "spring.threads.virtual.enabled=" + virtual).run(context -> {
                    for (String kind : List.of("assertion", "memory", "stack", "linkage", "assertion", "enum")) {
                        assertThatExceptionOfType(MessagingException.class).isThrownBy(() -> template(context)
                                .convertSendAndReceive("picky", (Object) Map.of("kind", kind), String.class));
                    }
                    assertThat(template(context).convertSendAndReceive("picky", (Object) Map.of("kind", "good"),
                            String.class))
                            .isEqualTo("good");
                    IpcListenerContainer listener = listener(context, "picky");
                    assertThat(listener.isServing()).isTrue();
                    assertThat(listener.threads()).isEqualTo(concurrency);
                    await().until(() -> listener.failures() == 6);
                });
    }

    static Stream<Throwable> throwables() {
        return Stream.of(new IllegalStateException("state"), new AssertionError("assertion"),
                new NoClassDefFoundError("a/b"), new OutOfMemoryError("heap"), new StackOverflowError(),
                new InterruptedException("interrupted"), new Silent(), new RuntimeException("x".repeat(5_000_000)));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void whateverIsThrownAnywhereTheNextRequestIsAnswered(Throwable thrown) {
        Thrower thrower = new Thrower(thrown);
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(thrower);
        runner().withBean(ObservationRegistry.class, () -> observations)
                .withBean("ipcErrorHandler", Thrower.class, () -> thrower).withBean(Fragile.class)
                .run(receiving -> runner()
                        .run(sending -> {
                            for (String place : Thrower.PLACES) {
                                thrower.place = place;
                                try {
                                    template(sending).convertSendAndReceive("fragile", "hello", Object.class);
                                } catch (MessagingException e) {
                                    assertThat(e).as(place).isInstanceOf(ListenerFailedException.class);
                                    assertThat(e.getMessage()).hasSizeLessThan(10_000);
                                }
                                await().until(() -> thrower.thrownAt.contains(place));
                                thrower.place = "";
                                assertThat(template(sending).convertSendAndReceive("fragile", "hello", String.class))
                                        .as(place).isEqualTo("hello");
                            }
                            assertThat(thrower.thrownAt).as("places").containsAll(Thrower.PLACES);
                            IpcListenerContainer listener = listener(receiving, "fragile");
                            assertThat(listener.state()).isEqualTo(ListenerState.SERVING);
                            assertThat(listener.threads()).isEqualTo(1);
                        }));
    }

    @Test
    void resultThatContainsItselfCostsItsRequest() {
        runner().withBean(Circular.class).run(context -> {
            assertThatExceptionOfType(ListenerFailedException.class)
                    .isThrownBy(() -> template(context).convertSendAndReceive("circular", "round", Circle.class));
            template(context).convertAndSend("circular", "round");
            assertThat(template(context).convertSendAndReceive("circular", "flat", Circle.class)).isNotNull();
        });
    }

    @Test
    void interruptFlagThatAMethodLeavesIsOfNoConsequence(CapturedOutput output) {
        runner().run(context -> {
            context.getBean(IpcListenerEndpointRegistry.class)
                    .register(new IpcListenerEndpoint("flags", String.class, message -> {
                        Thread.currentThread().interrupt();
                        return message.getPayload();
                    }));
            for (int request = 0; request < 10; request++) {
                assertThat(template(context).convertSendAndReceive("flags", "hello", String.class)).isEqualTo("hello");
            }
            assertThat(listener(context, "flags").failures()).isZero();
        });
        assertThat(output).doesNotContain("WARN");
    }

    @Test
    void listenerMayStopItsOwnContext() {
        CountDownLatch stopped = new CountDownLatch(1);
        runner().run(context -> {
            IpcListenerEndpointRegistry registry = context.getBean(IpcListenerEndpointRegistry.class);
            registry.register(new IpcListenerEndpoint("last", String.class, message -> {
                registry.stop();
                stopped.countDown();
                return null;
            }));
            template(context).convertAndSend("last", "stop");
            assertThat(stopped.await(5, TimeUnit.SECONDS)).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void closingATemplateDoesNotWaitForAThreadThatSends(boolean served) {
        runner().withPropertyValues("ipc.messaging.template.send-timeout=1h").run(context -> {
            if (served) {
                context.getBean(IpcListenerEndpointRegistry.class)
                        .register(new IpcListenerEndpoint("nobody", String.class, message -> null));
            }
            BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
            Thread sending = Thread.startVirtualThread(() -> {
                try {
                    for (;;) {
                        template(context).convertAndSend("nobody", "hello");
                    }
                } catch (RuntimeException e) {
                    failures.add(e);
                }
            });
            await().until(() -> sending.getState() != Thread.State.NEW);
            template(context).close();
            assertThat(failures.poll(10, TimeUnit.SECONDS)).hasMessageContaining("closed");
            sending.join();
        });
    }

    record Circle(List<Object> parts) {}

    static class Circular {

        @IpcListener("circular")
        Circle round(String form) {
            List<Object> parts = new ArrayList<>();
            Circle circle = new Circle(parts);
            if (form.equals("round")) {
                parts.add(circle);
            }
            return circle;
        }
    }

    static class Fragile {

        private final Thrower thrower;

        Fragile(Thrower thrower) {
            this.thrower = thrower;
        }

        @IpcListener(destination = "fragile", errorHandler = "ipcErrorHandler")
        Object echo(String text) {
            thrower.at("method");
            thrower.after("error handler");
            return thrower.place.equals("reply") ? new Reply(thrower) : text;
        }
    }

    /** Throws while it is written. */
    static final class Reply {

        private final @Nullable Thrower thrower;

        /** What a receiver would make. */
        public Reply() {
            thrower = null;
        }

        Reply(Thrower thrower) {
            this.thrower = thrower;
        }

        public String getText() {
            if (thrower != null) {
                thrower.at("reply");
            }
            return "never";
        }

        public void setText(String text) {
            assertThat(text).isNotNull();
        }
    }

    /** Has no text, and no means to make one. */
    static final class Silent extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("There is none.");
        }
    }

    /** Stands wherever the application has a say, and throws at one place at a time. */
    static final class Thrower
            implements
                ErrorHandler,
                IpcListenerErrorHandler,
                ObservationHandler<Observation.Context> {

        static final List<String> PLACES = List.of("method", "reply", "error handler", "errors", "start", "scope",
                "scope end", "error", "stop");

        final BlockingQueue<String> thrownAt = new LinkedBlockingQueue<>();
        volatile String place = "";
        private final Throwable thrown;

        Thrower(Throwable thrown) {
            this.thrown = thrown;
        }

        void at(String here) {
            if (place.equals(here)) {
                thrownAt.add(here);
                Thrower.<RuntimeException>sneak(thrown);
            }
        }

        @SuppressWarnings("unchecked")
        private static <X extends Throwable> void sneak(Throwable thrown) throws X {
            throw (X) thrown;
        }

        /** The places that are reached only if something has failed before. */
        void after(String here) {
            if (place.equals(here)) {
                throw new IllegalStateException("for " + here);
            }
        }

        @Override
        public void handleError(Throwable failure) {
            at("errors");
        }

        @Override
        public @Nullable Object handleError(org.springframework.messaging.Message<?> message, Exception failure)
                throws Exception {
            at("error handler");
            throw failure;
        }

        @Override
        public void onStart(Observation.Context context) {
            at("start");
        }

        @Override
        public void onError(Observation.Context context) {
            at("error");
        }

        @Override
        public void onScopeOpened(Observation.Context context) {
            at("scope");
            after("errors");
            after("error");
        }

        @Override
        public void onScopeClosed(Observation.Context context) {
            at("scope end");
        }

        @Override
        public void onStop(Observation.Context context) {
            at("stop");
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }
}
