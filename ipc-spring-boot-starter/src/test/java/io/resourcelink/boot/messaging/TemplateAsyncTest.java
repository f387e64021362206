package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.converter.SimpleMessageConverter;
import org.springframework.messaging.support.GenericMessage;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.Received;
import io.resourcelink.channel.SendOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Requests whose replies complete futures. */
@Timeout(60)
class TemplateAsyncTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ResourceLinkFactory segments;
    private Channel channel;
    private IpcTemplate template;

    record Frame(@Nullable ResourceLink link) {}

    @BeforeEach
    void open() {
        segments = directories.factory();
        channel = Channel.builder().directory(directories.channels()).segments(segments).open();
        template = new IpcTemplate(channel);
    }

    @AfterEach
    void close() {
        template.close();
        channel.close();
        segments.close();
    }

    private ServedTexts served(String destination, ServedTexts.Handler handler) {
        return new ServedTexts(directories.channels(), destination, handler);
    }

    private static void echo(Received<String> message) throws InterruptedException {
        message.reply(message.message(), MessageType.of(String.class), SendOptions.DEFAULT);
    }

    @Test
    void twoServicesAreAskedAtOnce() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        ServedTexts.Handler together = message -> {
            both.countDown();
            both.await();
            echo(message);
        };
        try (ServedTexts _ = served("left", together); ServedTexts _ = served("right", together)) {
            CompletableFuture<@Nullable String> left = template.convertSendAndReceiveAsync("left", "a", String.class);
            CompletableFuture<@Nullable String> right = template.convertSendAndReceiveAsync("right", "b", String.class);
            assertThat(left.thenCombine(right, String::concat).get(10, TimeUnit.SECONDS)).isEqualTo("ab");
        }
    }

    @Test
    void futureIsCompletedByAThreadThatIsNotTheChannels() throws Exception {
        CountDownLatch answering = new CountDownLatch(1);
        try (ServedTexts _ = served("texts", message -> {
            answering.await();
            echo(message);
        })) {
            CompletableFuture<Thread> thread = template.convertSendAndReceiveAsync("texts", "a", String.class)
                    .thenApply(_ -> Thread.currentThread());
            answering.countDown();
            assertThat(thread.get(10, TimeUnit.SECONDS).isVirtual()).isTrue();
        }
    }

    @Test
    void executorThatRefusesLosesNoReply() throws Exception {
        template.setAsyncExecutor(task -> {
            throw new RejectedExecutionException("full");
        });
        try (ServedTexts _ = served("texts", TemplateAsyncTest::echo)) {
            assertThat(template.convertSendAndReceiveAsync("texts", "a", String.class).get(10, TimeUnit.SECONDS))
                    .isEqualTo("a");
        }
    }

    @Test
    void failuresAreInTheFuture() {
        IpcSendOptions shortly = IpcSendOptions.DEFAULT.sendTimeout(Duration.ZERO).replyTimeout(Duration.ofMillis(20));
        assertThat(template.convertSendAndReceiveAsync("nobody", "a", String.class, shortly))
                .failsWithin(Duration.ofSeconds(10)).withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(DestinationNotServedException.class);

        try (ServedTexts _ = served("texts", message -> new CountDownLatch(1).await())) {
            assertThat(template.convertSendAndReceiveAsync("texts", "a", String.class, shortly))
                    .failsWithin(Duration.ofSeconds(10)).withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(ReplyTimeoutException.class);
        }
    }

    @Test
    void failureOfTheConverterIsInTheFutureAndWhatWasHandedOverIsClosed() {
        template.setMessageConverter(new SimpleMessageConverter() {
            @Override
            public Message<?> toMessage(Object payload, @Nullable MessageHeaders headers) {
                throw new MessageConversionException("on purpose");
            }
        });
        IpcSendOptions handingOver = IpcSendOptions.DEFAULT.handingOver();
        ResourceLink asked = segments.create("asked", 100);
        assertThat(template.convertSendAndReceiveAsync("frames", new Frame(asked), String.class, handingOver))
                .failsWithin(Duration.ofSeconds(10)).withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(MessageConversionException.class);
        assertThat(asked.isClosed()).isTrue();
        ResourceLink sent = segments.create("sent", 100);
        assertThatExceptionOfType(MessageConversionException.class)
                .isThrownBy(() -> template.convertAndSend("frames", new Frame(sent), handingOver));
        assertThat(sent.isClosed()).isTrue();
    }

    @Test
    void processThatEndsFailsTheFuture() {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<@Nullable String> reply;
        try (ServedTexts served = served("texts", message -> {
            begun.countDown();
            new CountDownLatch(1).await();
        })) {
            reply = template.convertSendAndReceiveAsync("texts", "a", String.class);
            assertThat(reply).isNotDone();
            await().until(() -> begun.getCount() == 0);
            served.channel.close();
        }
        assertThat(reply).failsWithin(Duration.ofSeconds(10)).withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(IpcRequestException.class);
    }

    @Test
    void replyToARequestThatWasCancelledIsClosed() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch answering = new CountDownLatch(1);
        try (ResourceLink link = segments.create("frame", 100);
                Channel serving = Channel.builder().directory(directories.channels()).segments(segments).open();
                var server = serving.serve("frames", String.class)) {
            Thread thread = Thread.ofVirtual().start(() -> {
                try (Received<String> request = server.receiver().take()) {
                    begun.countDown();
                    answering.await();
                    request.reply(new Frame(link), MessageType.of(Frame.class), SendOptions.DEFAULT);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            CompletableFuture<@Nullable Frame> reply = template.convertSendAndReceiveAsync("frames", "a", Frame.class);
            begun.await();
            reply.cancel(false);
            answering.countDown();
            thread.join();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(reply::join);
            await().untilAsserted(() -> assertThat(link.refcount()).isEqualTo(1));
        }
    }

    @Test
    void replyThatIsTakenWhileItsFutureIsCompletedOtherwiseIsClosed() throws Exception {
        CountDownLatch tasks = new CountDownLatch(1);
        AtomicReference<CompletableFuture<@Nullable List<Frame>>> reply = new AtomicReference<>();
        template.setAsyncExecutor(task -> Thread.ofVirtual().start(() -> {
            // Between the reply and its task the program completes the future.
            reply.get().complete(List.of());
            task.run();
            tasks.countDown();
        }));
        CountDownLatch answering = new CountDownLatch(1);
        try (ResourceLink link = segments.create("frame", 100);
                Channel serving = Channel.builder().directory(directories.channels()).segments(segments).open();
                var server = serving.serve("frames", String.class)) {
            Thread thread = Thread.ofVirtual().start(() -> {
                try (Received<String> request = server.receiver().take()) {
                    answering.await();
                    request.reply(List.of(new Frame(link)), new MessageType<List<Frame>>() {
                    }, SendOptions.DEFAULT);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            reply.set(
                    template.convertSendAndReceiveAsync("frames", "a", new ParameterizedTypeReference<List<Frame>>() {
                    }, IpcSendOptions.DEFAULT));
            answering.countDown();
            tasks.await();
            thread.join();
            await().untilAsserted(() -> assertThat(link.refcount()).isEqualTo(1));
        }
    }

    /** For example, there is no heap for the future, or no thread for its time-out. */
    @Test
    void requestThatWasAcceptedEndsIfItsFutureCannotBegin() throws Exception {
        Set<String> stopped = ConcurrentHashMap.newKeySet();
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStop(Observation.Context context) {
                stopped.add(context.getName());
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        IpcSendOptions withoutReplyTimeout = IpcSendOptions.DEFAULT.sendTimeout(Duration.ofSeconds(5))
                .maxAge(Duration.ZERO).failFast(false);
        CountDownLatch answering = new CountDownLatch(1);
        try (ResourceLink link = segments.create("frame", 100);
                Channel serving = Channel.builder().directory(directories.channels()).segments(segments).open();
                var server = serving.serve("frames", String.class);
                Dispatch dispatch = new Dispatch(channel, withoutReplyTimeout)) {
            dispatch.observations = observations;
            Thread thread = Thread.ofVirtual().start(() -> {
                try (Received<String> request = server.receiver().take()) {
                    answering.await();
                    request.reply(new Frame(link), MessageType.of(Frame.class), SendOptions.DEFAULT);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            CompletableFuture<@Nullable Frame> reply = dispatch.requestAsync("frames", () -> new GenericMessage<>("a"),
                    ReplyForm.payload(MessageType.of(Frame.class), dispatch::discard), IpcSendOptions.DEFAULT);
            assertThat(reply).isCompletedExceptionally();
            answering.countDown();
            thread.join();
            await().untilAsserted(() -> assertThat(link.refcount()).isEqualTo(1));
            assertThat(stopped).containsExactly("ipc.send");
        }
    }
}
