package io.resourcelink.boot.messaging.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.support.MessageBuilder;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.DestinationNotServedException;
import io.resourcelink.boot.messaging.InvalidListenerException;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcListenerSettings;
import io.resourcelink.boot.messaging.IpcSendOptions;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.ListenerState;
import io.resourcelink.channel.DestinationKind;
import io.resourcelink.channel.PublishResult;
import io.resourcelink.error.DestinationKindException;
import io.resourcelink.error.MessageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/** Queues and topics, with a context for each process. */
@Tag("slow")
@Timeout(60)
class OneToManyTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ApplicationContextRunner runner() {
        return directories.messaging();
    }

    private static IpcTemplate template(ApplicationContext context) {
        return context.getBean(IpcTemplate.class);
    }

    private static IpcListenerEndpointRegistry registry(ApplicationContext context) {
        return context.getBean(IpcListenerEndpointRegistry.class);
    }

    /** Runs something with contexts that have the same bean. */
    private void with(Class<?> bean, Consumer<List<AssertableApplicationContext>> test) {
        runner().withBean(bean).run(first -> runner().withBean(bean)
                .run(second -> runner().run(sender -> test.accept(List.of(first, second, sender)))));
    }

    @Test
    void aMessageToAQueueGoesToOneOfTheProcesses() {
        with(Workers.class, contexts -> {
            IpcTemplate template = template(contexts.getLast());
            // Both must be at work at the same time for either to answer.
            CyclicBarrier both = new CyclicBarrier(2);
            contexts.subList(0, 2).forEach(context -> context.getBean(Workers.class).both = both);
            var replies = IntStream.range(0, 20)
                    .mapToObj(number -> template.convertSendAndReceiveAsync("work", number, Integer.class)).toList();
            for (int number = 0; number < 20; number++) {
                assertThat(replies.get(number).join()).isEqualTo(-number);
            }
            assertThat(contexts.subList(0, 2)).allSatisfy(context -> {
                IpcListenerContainer listener = registry(context).find("work").orElseThrow();
                assertThat(listener.state()).isEqualTo(ListenerState.SERVING);
                assertThat(listener.handled()).isPositive();
            });
        });
    }

    @Test
    void theOtherProcessesGoOnWhenAConsumerStops() {
        with(Workers.class, contexts -> {
            IpcTemplate template = template(contexts.getLast());
            for (int number = 0; number < 10; number++) {
                assertThat(template.convertSendAndReceive("work", number, Integer.class)).isEqualTo(-number);
            }
            registry(contexts.getFirst()).find("work").orElseThrow().stop();
            for (int number = 0; number < 10; number++) {
                assertThat(template.convertSendAndReceive("work", number, Integer.class)).isEqualTo(-number);
            }
            registry(contexts.get(1)).find("work").orElseThrow().stop();
            assertThatExceptionOfType(DestinationNotServedException.class)
                    .isThrownBy(() -> template.convertSendAndReceive("work", 1, Integer.class,
                            IpcSendOptions.DEFAULT.sendTimeout(Duration.ZERO)));
        });
    }

    @Test
    void aPublishedMessageReachesEachSubscriberWithItsLinkAndItsHeaders() {
        with(Viewers.class, contexts -> {
            AssertableApplicationContext sender = contexts.getLast();
            ResourceLinkFactory segments = sender.getBean(ResourceLinkFactory.class);
            PublishResult result;
            try (ResourceLink link = segments.publish("picture", Content.of(new byte[]{ 4, 5, 6 }))) {
                result = template(sender).publish("pictures",
                        MessageBuilder.withPayload(new Picture(7, link)).setHeader("camera", 3).build());
            }
            assertThat(result).as("two listeners in each of two contexts").isEqualTo(new PublishResult(4, 0));
            for (AssertableApplicationContext context : contexts.subList(0, 2)) {
                Viewers viewers = context.getBean(Viewers.class);
                assertThat(List.of(next(viewers.seen), next(viewers.seen)))
                        .containsExactlyInAnyOrder("first 7 of camera 3: 4", "second 7: 4");
            }
            await().until(() -> segments.list().isEmpty());
            assertThat(template(sender).topics()).containsExactly("pictures");
        });
    }

    private static <T> T next(BlockingQueue<T> queue) {
        try {
            @Nullable
            T element = queue.poll(10, TimeUnit.SECONDS);
            assertThat(element).isNotNull();
            return Objects.requireNonNull(element);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void publishingWithoutASubscriberReachesNobodyAndClosesWhatIsHandedOver() {
        runner().run(context -> {
            ResourceLinkFactory segments = context.getBean(ResourceLinkFactory.class);
            PublishResult result = template(context).publish("pictures",
                    new Picture(1, segments.create("picture", 100)), IpcSendOptions.DEFAULT.handingOver());
            assertThat(result).isEqualTo(new PublishResult(0, 0));
            assertThat(segments.list()).isEmpty();
            assertThat(template(context).topics()).isEmpty();
        });
    }

    @Test
    void aSlowSubscriberIsWaitedForOnceOrNotAtAllAndKnowsWhatItHasMissed() {
        CountDownLatch first = new CountDownLatch(1);
        BlockingQueue<Integer> fast = new LinkedBlockingQueue<>();
        runner().run(context -> {
            registry(context).register(new IpcListenerEndpoint("numbers", Integer.class, _ -> {
                first.await();
                return null;
            }).with(IpcListenerSettings.DEFAULT.prefetch(2).dropping(true)).with(DestinationKind.TOPIC));
            registry(context).register(new IpcListenerEndpoint("numbers", Integer.class, message -> {
                fast.add((Integer) message.getPayload());
                return null;
            }).withId("fast").with(DestinationKind.TOPIC));
            IpcListenerContainer slow = registry(context).find("numbers").orElseThrow();

            int dropped = 0;
            for (int number = 0; number < 10; number++) {
                PublishResult result = template(context).publish("numbers", number,
                        IpcSendOptions.DEFAULT.sendTimeout(Duration.ofSeconds(20)));
                dropped += result.dropped();
                assertThat(next(fast)).isEqualTo(number);
            }
            assertThat(dropped).isPositive();
            first.countDown();
            int missed = dropped;
            await().until(() -> slow.handled() + missed == 10);
            await().until(() -> slow.missed() == missed);
        });
    }

    @Test
    void whatCannotBeWrittenIsNotPublished() {
        runner().withBean(Viewers.class).run(context -> {
            assertThatExceptionOfType(MessageDeliveryException.class)
                    .isThrownBy(() -> template(context).publish("pictures", new Thread()))
                    .withMessageContaining("pictures").withCauseInstanceOf(MessageException.class);
            assertThatIllegalArgumentException().isThrownBy(() -> template(context).publish("no name", "text"));
        });
    }

    @Test
    void whoSendsToATopicIsToldToPublishAndTheOtherWayRound() {
        runner().withBean(Viewers.class).withBean(Workers.class).run(context -> {
            assertThatExceptionOfType(MessageDeliveryException.class)
                    .isThrownBy(() -> template(context).convertAndSend("pictures", "text"))
                    .withCauseInstanceOf(DestinationKindException.class).withMessageContaining("pictures");
            assertThatExceptionOfType(MessageDeliveryException.class)
                    .isThrownBy(() -> template(context).publish("work", 1))
                    .withCauseInstanceOf(DestinationKindException.class).withMessageContaining("work");
        });
    }

    @Test
    void processesThatServeADestinationInDifferentWaysAreRefused() {
        runner().withBean(Workers.class).run(_ -> runner().withBean(Subscriber.class).run(context -> assertThat(context)
                .getFailure().hasRootCauseInstanceOf(DestinationKindException.class)
                .hasStackTraceContaining("InvalidListenerException").hasStackTraceContaining("Subscriber")));
    }

    @Test
    void onlyTopicsHaveSeveralListenersInAContext() {
        runner().run(context -> {
            IpcListenerEndpoint endpoint = new IpcListenerEndpoint("many", String.class, _ -> null);
            registry(context).register(endpoint.with(DestinationKind.TOPIC));
            for (DestinationKind kind : List.of(DestinationKind.QUEUE, DestinationKind.SINGLE)) {
                assertThatExceptionOfType(InvalidListenerException.class)
                        .isThrownBy(() -> registry(context).register(endpoint.withId("two").with(kind)))
                        .withMessageContaining("many");
            }
        });
    }

    @Test
    void droppingIsForTopics() {
        runner().withBean(DroppingQueue.class).run(context -> assertThat(context).getFailure()
                .isInstanceOf(InvalidListenerException.class).hasMessageContaining("topics only"));
    }

    record Picture(int number, ResourceLink link) {}

    /** A consumer of a queue. */
    static class Workers {

        volatile @Nullable CyclicBarrier both;

        @IpcListener(destination = "work", kind = DestinationKind.QUEUE, prefetch = "1")
        int work(int number) throws Exception {
            CyclicBarrier barrier = both;
            if (barrier != null) {
                barrier.await(10, TimeUnit.SECONDS);
            }
            return -number;
        }
    }

    /** Two subscribers of a topic. */
    static class Viewers {

        final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @IpcListener(destination = "pictures", kind = DestinationKind.TOPIC)
        void first(Picture picture, @Header int camera) {
            seen.add("first " + picture.number() + " of camera " + camera + ": " + picture.link().readPayload(0, 1)[0]);
        }

        @IpcListener(destination = "pictures", id = "second", kind = DestinationKind.TOPIC, dropping = "true")
        void second(Picture picture) {
            seen.add("second " + picture.number() + ": " + picture.link().readPayload(0, 1)[0]);
        }
    }

    /** Serves the queue's name as a topic. */
    static class Subscriber {

        @IpcListener(destination = "work", kind = DestinationKind.TOPIC)
        void look(int number) {}
    }

    /** What makes no sense. */
    static class DroppingQueue {

        @IpcListener(destination = "work", kind = DestinationKind.QUEUE, dropping = "true")
        void work(int number) {}
    }
}
