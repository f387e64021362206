package io.resourcelink.boot.messaging.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.ErrorHandler;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;
import tools.jackson.dataformat.cbor.CBORMapper;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;
import io.resourcelink.boot.channel.autoconfigure.ChannelBuilderCustomizer;
import io.resourcelink.boot.messaging.DestinationNotServedException;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcListenerErrorHandler;
import io.resourcelink.boot.messaging.IpcSendOptions;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.ListenerFailedException;
import io.resourcelink.boot.messaging.ReplyTimeoutException;
import io.resourcelink.boot.messaging.RequestUnhandledException;
import io.resourcelink.boot.metrics.autoconfigure.IpcMetricsAutoConfiguration;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Credits;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/** Templates and listeners, in one context and in two, which are as independent as two processes. */
@Tag("slow")
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class IpcMessagingAutoConfigurationTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ApplicationContextRunner runner() {
        return directories.messaging();
    }

    private static IpcTemplate template(ApplicationContext context) {
        return context.getBean(IpcTemplate.class);
    }

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

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void asManyThreadsReceiveAsItSays(boolean virtual) {
        runner().withBean(Crowd.class).withPropertyValues("spring.threads.virtual.enabled=" + virtual, "crowd=3")
                .run(context -> {
                    for (int message = 0; message < 3; message++) {
                        template(context).convertAndSend("crowd", message);
                    }
                    Crowd crowd = context.getBean(Crowd.class);
                    assertThat(crowd.met.await(10, TimeUnit.SECONDS)).isTrue();
                    assertThat(crowd.threads).hasSize(3).allMatch(thread -> thread.isVirtual() == virtual)
                            .allMatch(thread -> thread.getName().startsWith("ipc-listener-crowd-"));
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
    void templateDoesAsThePropertiesSay() {
        runner().withPropertyValues("ipc.messaging.template.send-timeout=1h", "ipc.messaging.template.fail-fast=true")
                .run(context -> assertThatExceptionOfType(DestinationNotServedException.class)
                        .isThrownBy(() -> template(context).convertAndSend("nobody", "hello"))
                        .withMessageContaining("nobody is known to have served it"));
        runner().withPropertyValues("ipc.messaging.template.send-timeout=0s",
                "ipc.messaging.template.retry.enabled=true", "ipc.messaging.template.retry.max-retries=10000",
                "ipc.messaging.template.retry.delay=10ms").run(sending -> {
                    Thread asking = Thread.ofVirtual().start(
                            () -> template(sending).convertSendAndReceive("shouts", "a", String.class));
                    runner().withBean(Answers.class).run(receiving -> asking.join());
                });
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

    @Test
    void listenersThatDoNotStartWithTheContextAreStartedByHand() {
        runner().withBean(Texts.class).withPropertyValues("ipc.messaging.listener.auto-startup=false")
                .run(context -> {
                    var listener = context.getBean(IpcListenerEndpointRegistry.class).find("texts").orElseThrow();
                    assertThat(listener.isRunning()).isFalse();
                    listener.start();
                    template(context).convertAndSend("texts", "late");
                    assertThat(context.getBean(Texts.class).received.poll(5, TimeUnit.SECONDS)).startsWith("late");
                });
    }

    @Test
    void traceTravelsInTheHeaders() {
        ObservationRegistry registry = ObservationRegistry.create();
        Tracer tracer = new Tracer();
        registry.observationConfig().observationHandler(tracer);
        runner().withBean(Texts.class).withBean(ObservationRegistry.class, () -> registry).run(context -> {
            template(context).convertAndSend("texts", "hello");
            assertThat(tracer.seen.poll(5, TimeUnit.SECONDS)).isEqualTo("ipc.receive of the trace 4711");
        });
    }

    @Test
    void channelIsMeasuredOnceItIsUsed() {
        runner().withConfiguration(AutoConfigurations.of(IpcMetricsAutoConfiguration.class))
                .withBean(SimpleMeterRegistry.class).withBean(Answers.class)
                .withPropertyValues("ipc.messaging.listener.auto-startup=false").run(context -> {
                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    assertThat(meters.find("ipc.channel.messages").functionCounters()).isEmpty();
                    context.getBean(IpcListenerEndpointRegistry.class).find("shouts").orElseThrow().start();
                    template(context).convertSendAndReceive("shouts", "a", String.class);
                    await().untilAsserted(() -> assertThat(meters.get("ipc.channel.messages").tag("direction", "sent")
                            .functionCounter().count()).as("the request").isEqualTo(1));
                    assertThat(meters.get("ipc.channel.attachments").tag("direction", "received").functionCounter()
                            .count()).isZero();
                    assertThat(meters.get("ipc.channel.queued").gauge().value()).isZero();
                });
    }

    @Test
    void whoHasNoMessagesHasNoChannel() {
        runner().run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(IpcListenerEndpointRegistry.class);
            assertThat(directories.channels()).doesNotExist();
        });
    }

    @Test
    void nothingIsLeftOfAContext() {
        for (int round = 0; round < 5; round++) {
            runner().withBean(Answers.class).run(context -> assertThat(
                    template(context).convertSendAndReceive("shouts", "a", String.class)).isEqualTo("A"));
        }
        assertThat(directories.channels()).isEmptyDirectory();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                .noneMatch(name -> name.startsWith("ipc-listener-")));
    }

    @Test
    void channelIsAsThePropertiesAndTheCustomizersSay() {
        runner().withPropertyValues("ipc.channels.threshold=1KB", "ipc.channels.credits.messages=1")
                .withBean(ChannelBuilderCustomizer.class,
                        () -> builder -> builder.credits(new Credits(2, 1_000_000, 16)))
                .run(context -> {
                    try (var bytes = context.getBean(Channel.class).bytes()) {
                        assertThat(bytes.sender().trySend(new byte[1])).isTrue();
                        assertThat(bytes.sender().trySend(new byte[1])).isTrue();
                        assertThat(bytes.sender().trySend(new byte[1])).isFalse();
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = { "ipc.channels.threshold=33KB", "ipc.channels.directory-permissions=rwxrwxrwx",
        "ipc.channels.credits.messages=0",
        "ipc.channels.credits.bytes=0B", "ipc.channels.credits.descriptors=0",
        "ipc.messaging.template.send-timeout=-1s", "ipc.messaging.template.reply-timeout=-1s",
        "ipc.messaging.template.max-age=-1s", "ipc.messaging.template.retry.max-retries=-1",
        "ipc.messaging.template.retry.multiplier=0.5", "ipc.messaging.template.retry.delay=-1s",
        "ipc.messaging.listener.concurrency=0", "ipc.messaging.listener.shutdown-timeout=-1s" })
    void wrongValuesAreNamed(String property) {
        runner().withBean(Texts.class).withPropertyValues(property)
                .run(context -> assertThat(context).getFailure().hasRootCauseInstanceOf(
                        InvalidIpcPropertyException.class).rootCause()
                        .hasMessageContaining(property.substring(0, property.indexOf('='))));
    }

    @Test
    void theApplicationsOwnChannelIsUsed() {
        Channel own = Channel.builder().directory(directories.channels()).open();
        runner().withBean(Channel.class, () -> own).withBean(Texts.class)
                .run(context -> assertThat(context).getBean(Channel.class).isSameAs(own));
        assertThat(own.isClosed()).isTrue();
    }

    @Test
    void offLinuxThereIsAWarningOnly(CapturedOutput output) {
        runner().withSystemProperties("os.name=Plan 9").withBean(Texts.class).run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(Channel.class).doesNotHaveBean(IpcTemplate.class);
            assertThat(output).contains("Messages between processes need Linux, and this is Plan 9");
        });
    }

    @Test
    void withoutCborOrSpringMessagingThereIsNone() {
        runner().withClassLoader(new FilteredClassLoader(CBORMapper.class)).run(context -> assertThat(context)
                .hasNotFailed().doesNotHaveBean(Channel.class).doesNotHaveBean(IpcTemplate.class));
        runner().withClassLoader(new FilteredClassLoader("org.springframework.messaging")).run(context -> assertThat(
                context).hasNotFailed().hasSingleBean(Channel.class).doesNotHaveBean(IpcTemplate.class));
    }

    record Parcel(ResourceLink link, List<SharedMemory> memories) {}

    record Point(int x, int y) {}

    static class Texts {

        final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        @IpcListener("${texts:texts}")
        void text(@Payload String text, @Header(required = false) Integer number,
                @Headers Map<String, Object> headers, Message<String> message) {
            assertThat(message.getPayload()).isEqualTo(text);
            received.add(text + ' ' + number + ' ' + headers.get("loud"));
        }
    }

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

    static class Answers {

        @IpcListener("quotients")
        int quotient(int[] numbers) {
            return numbers[0] / numbers[1];
        }

        @IpcListener("points")
        List<Point> points(int count) {
            return IntStream.range(0, count).mapToObj(at -> new Point(at, at)).toList();
        }

        @IpcListener("silent")
        void silent(String text) {}

        @IpcListener("shouts")
        @SendTo("${texts:texts}")
        String shout(String text) {
            return text.toUpperCase(Locale.ROOT);
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

    static class Crowd {

        final CountDownLatch met = new CountDownLatch(3);
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        private final CyclicBarrier all = new CyclicBarrier(3);

        @IpcListener(destination = "crowd", concurrency = "${crowd}")
        void meet(Integer number) throws Exception {
            threads.add(Thread.currentThread());
            all.await(10, TimeUnit.SECONDS);
            met.countDown();
        }
    }

    /** Does with the carriers what a tracer does. */
    static final class Tracer implements ObservationHandler<Observation.Context> {

        final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @Override
        @SuppressWarnings("unchecked")
        public void onStart(Observation.Context context) {
            if (context instanceof SenderContext<?> sender) {
                ((SenderContext<Object>) sender).getSetter().set(sender.getCarrier(), "trace", "4711");
            } else if (context instanceof ReceiverContext<?> receiver) {
                seen.add(context.getName() + " of the trace "
                        + ((ReceiverContext<Object>) receiver).getGetter()
                                .get(Objects.requireNonNull(receiver.getCarrier()), "trace"));
            }
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }
}
