package io.resourcelink.boot.messaging.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.ErrorHandler;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.messaging.DestinationNotServedException;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcListenerErrorHandler;
import io.resourcelink.boot.messaging.IpcSendOptions;
import io.resourcelink.boot.messaging.ListenerFailedException;
import io.resourcelink.boot.messaging.ReplyTimeoutException;
import io.resourcelink.boot.messaging.RequestUnhandledException;
import io.resourcelink.channel.Channel;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/** Messages of templates to listeners, in one context and in two, which are as independent as two processes. */
@Tag("slow")
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class MessagesOfContextsTest extends MessagingFixture {

    @Test
    void listenerGetsPayloadAndHeaders() {
        runner().withBean(Texts.class).withPropertyValues("texts=greetings").run(context -> {
            template(context).convertAndSend("greetings", "hello", Map.of("number", 5, "loud", true));
            template(context).send("greetings",
                    MessageBuilder.withPayload("good-bye").setHeader("number", 6).build());
            Texts texts = context.getBean(Texts.class);
            assertThat(texts.received.poll(5, TimeUnit.SECONDS)).isEqualTo("hello 5 true");
            assertThat(texts.received.poll(5, TimeUnit.SECONDS)).isEqualTo("good-bye 6 null");
        });
    }

    @Test
    void requestsAndRepliesCarryLinksAndRegionsFromContextToContext() {
        runner().withBean(Parcels.class).run(receiving -> runner().run(sending -> {
            ResourceLinkFactory segments = sending.getBean(ResourceLinkFactory.class);
            try (ResourceLink link = segments.create("frame", 4);
                    SharedMemory memory = SharedMemory.fromBytes(
                            new byte[]{ 7, 8 })) {
                link.writePayload(new byte[]{ 1, 2, 3, 4 });
                Parcel reply = template(sending).convertSendAndReceive("parcels", new Parcel(link, List.of(memory)),
                        Parcel.class);
                Parcel answered = Objects.requireNonNull(reply);
                try (ResourceLink answer = answered.link(); SharedMemory first = answered.memories().getFirst()) {
                    assertThat(answer.readPayload(0, 4)).containsExactly(4, 3, 2, 1);
                    assertThat(first.toByteArray()).containsExactly(7, 8);
                }
            }
            Parcels parcels = receiving.getBean(Parcels.class);
            await().untilAsserted(() -> assertThat(parcels.last.get().memories()).allMatch(SharedMemory::isClosed));
            assertThat(directories.keys()).isEmpty();
        }));
    }

    @Test
    void genericRepliesKeepTheirType() {
        runner().withBean(Answers.class).run(context -> {
            List<Point> points = template(context).convertSendAndReceive("points", 2,
                    new ParameterizedTypeReference<>() {
                    });
            assertThat(points).containsExactly(new Point(0, 0), new Point(1, 1));
        });
    }

    @Test
    void siblingsAreToldApart() {
        runner().withBean(Answers.class).run(context -> {
            assertThat(template(context).convertSendAndReceive("quotients", new int[]{ 6, 3 }, Integer.class))
                    .isEqualTo(2);
            assertThat(template(context).convertSendAndReceive("silent", "psst", String.class)).isNull();
        });
    }

    @Test
    void failureIsToldToWhoWaitsAndToTheErrorHandler() {
        BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        runner().withBean(Answers.class).withBean("ipcErrorHandler", ErrorHandler.class, () -> failures::add)
                .run(context -> {
                    assertThatExceptionOfType(ListenerFailedException.class)
                            .isThrownBy(() -> template(context).convertSendAndReceive("quotients", new int[]{ 6, 0 },
                                    Integer.class))
                            .withMessageContaining("ArithmeticException");
                    assertThat(failures.poll(5, TimeUnit.SECONDS)).isInstanceOf(ArithmeticException.class);
                });
    }

    @Test
    void listenerOutlivesInterruptionsAndHandlersThatFail() {
        runner().withBean("ipcErrorHandler", ErrorHandler.class, () -> failure -> {
            throw new IllegalStateException(failure);
        }).run(context -> {
            context.getBean(IpcListenerEndpointRegistry.class)
                    .register(new IpcListenerEndpoint("moody", String.class, message -> {
                        if (message.getPayload().equals("stop")) {
                            throw new InterruptedException();
                        }
                        return message.getPayload();
                    }));
            template(context).convertAndSend("moody", "stop");
            assertThat(template(context).convertSendAndReceive("moody", "go", String.class)).isEqualTo("go");
        });
    }

    @Test
    void errorHandlerOfTheListenerAnswers() {
        runner().withBean(Guarded.class)
                .withBean("unknown", IpcListenerErrorHandler.class,
                        () -> (message, failure) -> message.getPayload() + "? " + failure.getMessage())
                .run(context -> assertThat(template(context).convertSendAndReceive("guarded", "what", String.class))
                        .isEqualTo("what? never heard of it"));
    }

    @Test
    void payloadIsValidatedIfThereIsAValidator() {
        BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        runner().withBean(Validating.class).withBean(Validator.class, PositivePoints::new)
                .withBean("ipcErrorHandler", ErrorHandler.class, () -> failures::add).run(context -> {
                    template(context).convertAndSend("valid", new Point(-1, 0));
                    assertThat(failures.poll(5, TimeUnit.SECONDS)).isInstanceOf(MethodArgumentNotValidException.class);
                });
    }

    @Test
    void resultGoesWhereSendToSays() {
        runner().withBean(Answers.class).withBean(Texts.class).run(context -> {
            template(context).convertAndSend("shouts", "hello");
            assertThat(context.getBean(Texts.class).received.poll(5, TimeUnit.SECONDS)).startsWith("HELLO");
            assertThat(template(context).convertSendAndReceive("shouts", "hey", String.class)).isEqualTo("HEY");
        });
    }

    @Test
    void anotherProcessTakesOverAndTheTemplateFollows(CapturedOutput output) {
        runner().run(sending -> {
            runner().withBean(Answers.class).run(first -> {
                assertThat(template(sending).convertSendAndReceive("shouts", "a", String.class)).isEqualTo("A");
            });
            runner().withBean(Answers.class).run(second -> {
                assertThat(template(sending).convertSendAndReceive("shouts", "b", String.class)).isEqualTo("B");
                IpcListenerEndpointRegistry registry = second.getBean(IpcListenerEndpointRegistry.class);
                runner().withBean(Answers.class).run(third -> {
                    registry.stop();
                    assertThat(template(sending).convertSendAndReceive("shouts", "c", String.class)).isEqualTo("C");
                    await().until(() -> third.getBean(IpcListenerEndpointRegistry.class).containers().stream()
                            .allMatch(container -> container.isServing()));
                });
            });
        });
        assertThat(output).containsOnlyOnce("Destination \"shouts\" is served by another process")
                .containsOnlyOnce("Destination \"shouts\" is served by this process now");
    }

    @Test
    void sendingGivesUpInTimeIfNobodyListens() {
        runner().withPropertyValues("ipc.messaging.template.send-timeout=50ms")
                .run(context -> assertThatExceptionOfType(DestinationNotServedException.class)
                        .isThrownBy(() -> template(context).convertAndSend("nobody", "hello"))
                        .withMessageContaining("\"nobody\"").withCauseInstanceOf(DisconnectedException.class));
    }

    @Test
    void replyIsNotWaitedForLongerThanItSaysNorForAListenerThatIsStopped() {
        CountDownLatch forever = new CountDownLatch(1);
        runner().run(sending -> runner().withPropertyValues("ipc.messaging.listener.shutdown-timeout=10ms")
                .run(receiving -> {
                    IpcListenerEndpointRegistry registry = receiving.getBean(IpcListenerEndpointRegistry.class);
                    registry.register(new IpcListenerEndpoint("slow", String.class, message -> {
                        forever.await();
                        return null;
                    }));
                    assertThatExceptionOfType(ReplyTimeoutException.class).isThrownBy(() -> template(sending)
                            .convertSendAndReceive("slow", "first", String.class,
                                    IpcSendOptions.DEFAULT.replyTimeout(Duration.ofMillis(50))));
                    Thread stopping = Thread.startVirtualThread(() -> {
                        await().until(() -> receiving.getBean(Channel.class).statistics().queued() == 1);
                        registry.stop();
                    });
                    assertThatExceptionOfType(RequestUnhandledException.class)
                            .isThrownBy(() -> template(sending).convertSendAndReceive("slow", "second", String.class));
                    stopping.join();
                }));
    }

    @Test
    void aDestinationHasOneListener() {
        runner().withBean(Texts.class).run(context -> assertThatIllegalStateException()
                .isThrownBy(() -> context.getBean(IpcListenerEndpointRegistry.class)
                        .register(new IpcListenerEndpoint("texts", String.class, message -> null)))
                .withMessageContaining("already"));
    }

    record Parcel(ResourceLink link, List<SharedMemory> memories) {}

    static class Parcels {

        final AtomicReference<Parcel> last = new AtomicReference<>();
        private final ResourceLinkFactory segments;

        Parcels(ResourceLinkFactory segments) {
            this.segments = segments;
        }

        @IpcListener(destination = "parcels")
        Parcel reverse(Parcel parcel) {
            last.set(parcel);
            byte[] bytes = parcel.link().readPayload(0, 4);
            ResourceLink answer = segments.create("answer", 4);
            answer.writePayload(new byte[]{ bytes[3], bytes[2], bytes[1], bytes[0] });
            return new Parcel(answer, parcel.memories());
        }
    }

    static class Guarded {

        @IpcListener(destination = "guarded", errorHandler = "unknown")
        String guarded(String text) {
            throw new IllegalArgumentException("never heard of it");
        }
    }

    static class Validating {

        @IpcListener("valid")
        void point(@Validated Point point) {}
    }

    static final class PositivePoints implements Validator {

        @Override
        public boolean supports(Class<?> type) {
            return type == Point.class;
        }

        @Override
        public void validate(Object target, Errors errors) {
            if (((Point) target).x() < 0) {
                errors.reject("negative");
            }
        }
    }
}
