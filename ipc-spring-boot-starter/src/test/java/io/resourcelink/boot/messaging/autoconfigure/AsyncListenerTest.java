package io.resourcelink.boot.messaging.autoconfigure;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.InvalidListenerException;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcListenerErrorHandler;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.ListenerFailedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Listeners that return before they have handled the message. */
@Tag("slow")
@Timeout(60)
class AsyncListenerTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ApplicationContextRunner runner() {
        return directories.messaging().withUserConfiguration(Asynchronous.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "future", "stage", "mono", "async" })
    void resultIsAwaitedBeforeLinksAreClosedAndTheReplyIsSent(String destination) {
        runner().withBean(Late.class).run(context -> assertThat(first(context, destination)).isEqualTo(7));
    }

    @Test
    @SuppressWarnings("FutureReturnValueIgnored") // The registry waits for it.
    void handlersThatAreNoMethodsAreAwaitedToo() {
        runner().run(context -> {
            context.getBean(IpcListenerEndpointRegistry.class).register(new IpcListenerEndpoint("registered",
                    Frame.class, message -> firstLater(((Frame) message.getPayload()).pixels())));
            assertThat(first(context, "registered")).isEqualTo(7);
        });
    }

    private static int first(AssertableApplicationContext context, String destination) {
        try (ResourceLink link = context.getBean(ResourceLinkFactory.class).create("frame", 1)) {
            link.writePayload(new byte[]{ 7 });
            return Objects.requireNonNull(
                    context.getBean(IpcTemplate.class).convertSendAndReceive(destination, new Frame(link),
                            Integer.class));
        }
    }

    @Test
    void failureOfAResultIsThatOfTheListener() {
        runner().withBean(Failing.class)
                .withBean("saving", IpcListenerErrorHandler.class,
                        () -> (_, failure) -> Mono.justOrEmpty(failure.getMessage()))
                .run(context -> {
                    IpcTemplate template = context.getBean(IpcTemplate.class);
                    assertThatExceptionOfType(ListenerFailedException.class)
                            .isThrownBy(() -> template.convertSendAndReceive("failing", "a", String.class))
                            .withMessageContaining("ArithmeticException")
                            .withMessageNotContaining("ExecutionException");
                    assertThat(template.convertSendAndReceive("saved", "a", String.class)).isEqualTo("unsolved");
                    assertThat(template.convertSendAndReceive("nothing", "a", String.class)).isNull();
                });
    }

    @Test
    void stoppingInterruptsAResultThatNeverComes() {
        runner().withBean(Endless.class).withPropertyValues("ipc.messaging.listener.shutdown-timeout=50ms")
                .run(context -> {
                    context.getBean(IpcTemplate.class).convertAndSend("endless", "a");
                    Endless endless = context.getBean(Endless.class);
                    assertThat(endless.called.await(10, TimeUnit.SECONDS)).isTrue();
                    context.getBean(IpcListenerEndpointRegistry.class).stop();
                    assertThatExceptionOfType(CancellationException.class)
                            .isThrownBy(() -> endless.result.get(10, TimeUnit.SECONDS));
                });
    }

    @ParameterizedTest
    @ValueSource(classes = { AsyncWithoutResult.class, AsyncClass.class, Many.class })
    void aResultThatCannotBeAwaitedIsRefused(Class<?> listener) {
        runner().withBean(listener).run(context -> assertThat(context).getFailure()
                .isInstanceOf(InvalidListenerException.class)
                .hasMessageContaining(listener.getName() + ".listen(String)"));
    }

    record Frame(ResourceLink pixels) {}

    private static CompletableFuture<Integer> firstLater(ResourceLink link) {
        return CompletableFuture.supplyAsync(() -> firstOnceReturned(link));
    }

    /** Reads when the listener has returned: its thread waits for this result then, or has closed the link. */
    private static int firstOnceReturned(ResourceLink link) {
        await().until(() -> link.isClosed() || isAResultAwaited());
        return link.readPayload(0, 1)[0];
    }

    private static boolean isAResultAwaited() {
        return Thread.getAllStackTraces().values().stream().flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().equals(IpcListener.class.getPackageName() + ".AsyncResult"));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Asynchronous {}

    static class Late {

        @IpcListener("future")
        CompletableFuture<Integer> future(Frame frame) {
            return firstLater(frame.pixels());
        }

        @IpcListener("stage")
        CompletionStage<Integer> stage(Frame frame) {
            return firstLater(frame.pixels());
        }

        @IpcListener("mono")
        Mono<Integer> mono(Frame frame) {
            return Mono.fromFuture(() -> firstLater(frame.pixels()));
        }

        @Async
        @IpcListener("async")
        CompletableFuture<Integer> async(Frame frame) {
            return CompletableFuture.completedFuture(firstOnceReturned(frame.pixels()));
        }
    }

    static class Failing {

        @IpcListener("failing")
        CompletableFuture<String> fail(String text) {
            return CompletableFuture.failedFuture(new ArithmeticException("unsolved"));
        }

        @IpcListener(destination = "saved", errorHandler = "saving")
        Mono<String> save(String text) {
            return Mono.error(new ArithmeticException("unsolved"));
        }

        @IpcListener("nothing")
        Mono<Void> nothing(String text) {
            return Mono.empty();
        }
    }

    static class Endless {

        final CountDownLatch called = new CountDownLatch(1);
        final CompletableFuture<String> result = new CompletableFuture<>();

        @IpcListener("endless")
        CompletableFuture<String> wait(String text) {
            called.countDown();
            return result;
        }
    }

    static class AsyncWithoutResult {

        @Async
        @IpcListener("async")
        void listen(String text) {}
    }

    @Async
    static class AsyncClass {

        @IpcListener("async")
        String listen(String text) {
            return text;
        }
    }

    static class Many {

        @IpcListener("many")
        Flux<String> listen(String text) {
            return Flux.just(text);
        }
    }
}
