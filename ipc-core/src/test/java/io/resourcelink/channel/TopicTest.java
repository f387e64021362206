package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Tag("slow")
@ExtendWith({ SharedMemoryDirectory.class, NothingLeft.class })
@Timeout(60)
@SuppressWarnings("try") // What is closed early is closed once more.
class TopicTest {

    private static final MessageType<Integer> NUMBERS = MessageType.of(Integer.class);

    record Frame(int number, ResourceLink link) {}

    private static Channel open(Path directory) {
        return Channel.builder().directory(directory).open();
    }

    private static SubscribeOptions few(int messages) {
        return SubscribeOptions.DEFAULT.credits(new Credits(messages, 1 << 20, 10));
    }

    @Test
    void everySubscriberGetsEveryMessageInOrder(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                Publisher<Integer> publisher = here.publisher("news", NUMBERS)) {
            assertThat(publisher.publish(0)).isEqualTo(new PublishResult(0, 0));
            try (NamedServer<Integer> one = there.subscribe("news", NUMBERS, SubscribeOptions.DEFAULT);
                    NamedServer<Integer> two = there.subscribe("news", NUMBERS, SubscribeOptions.DEFAULT);
                    NamedServer<Integer> own = here.subscribe("news", NUMBERS, SubscribeOptions.DEFAULT)) {
                for (int i = 1; i <= 100; i++) {
                    assertThat(publisher.publish(i)).isEqualTo(new PublishResult(3, 0));
                }
                for (NamedServer<Integer> subscriber : List.of(one, two, own)) {
                    for (int i = 1; i <= 100; i++) {
                        assertThat(subscriber.receiver().receive()).isEqualTo(i);
                    }
                    assertThat(subscriber.receiver().tryReceive()).isEmpty();
                    assertThat(subscriber.receiver().missed()).isZero();
                }
                assertThat(here.statistics().reached()).isEqualTo(300);
                two.close();
                // Until the publisher is told, the subscriber counts.
                Deadline.awaitTrue("one less is reached", () -> reaches(publisher, 2));
            }
            Deadline.awaitTrue("none is reached", () -> reaches(publisher, 0));
            assertThat(here.isKnown("news")).isFalse();
        }
    }

    @Test
    void whoeverHasSubscribedBeforeIsReached(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                Publisher<Integer> publisher = here.publisher("news", NUMBERS)) {
            for (int i = 0; i < 200; i++) {
                try (NamedServer<Integer> subscriber = there.subscribe("news", NUMBERS,
                        SubscribeOptions.DEFAULT.dropping(i % 2 == 0))) {
                    // The one before may not have told yet that it is closed.
                    assertThat(publisher.publish(i).reached()).isBetween(1, 2);
                    assertThat(subscriber.receiver().receive()).isEqualTo(i);
                }
            }
        }
    }

    @Test
    void aSubscriberThatDropsIsNotWaitedForAndIsTold(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                Publisher<Integer> publisher = here.publisher("news", NUMBERS);
                NamedServer<Integer> slow = there.subscribe("news", NUMBERS, few(4).dropping(true));
                NamedServer<Integer> own = here.subscribe("news", NUMBERS, few(4).dropping(true))) {
            for (int i = 0; i < 10; i++) {
                assertThat(publisher.publish(i)).isEqualTo(i < 4 ? new PublishResult(2, 0) : new PublishResult(0, 2));
            }
            for (NamedServer<Integer> subscriber : List.of(slow, own)) {
                for (int i = 0; i < 4; i++) {
                    assertThat(subscriber.receiver().receive()).isEqualTo(i);
                }
                Deadline.awaitTrue("that it happens", () -> subscriber.receiver().missed() == 6);
            }
            Deadline.awaitTrue("that it happens", () -> reaches(publisher, 2));
            assertThat(slow.receiver().receive()).isEqualTo(10);
            assertThat(here.statistics().dropped()).isGreaterThanOrEqualTo(12);
            assertThat(there.statistics().missed()).isEqualTo(6);
        }
    }

    private static boolean reaches(Publisher<Integer> publisher, int subscribers) {
        try {
            return publisher.publish(10).reached() == subscribers;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSubscriberThatWaitsHoldsThePublisherOnce(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                Publisher<Integer> publisher = here.publisher("news", NUMBERS);
                NamedServer<Integer> slow = there.subscribe("news", NUMBERS, few(2));
                NamedServer<Integer> stuck = there.subscribe("news", NUMBERS, few(2));
                NamedServer<Integer> fast = there.subscribe("news", NUMBERS, few(1000))) {
            SendOptions patient = SendOptions.DEFAULT.timeout(Duration.ofSeconds(20));
            SendOptions limited = SendOptions.DEFAULT.timeout(Duration.ofMillis(200));
            assertThat(publisher.publish(0, patient)).isEqualTo(new PublishResult(3, 0));
            assertThat(publisher.publish(1, patient)).isEqualTo(new PublishResult(3, 0));
            long start = System.nanoTime();
            assertThat(publisher.publish(2, limited)).isEqualTo(new PublishResult(1, 2));
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos());
            for (int i = 3; i < 100; i++) {
                assertThat(publisher.publish(i)).isEqualTo(new PublishResult(1, 2));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(fast.receiver().receive()).isEqualTo(i);
            }
            assertThat(slow.receiver().receive()).isZero();
            assertThat(slow.receiver().receive()).isEqualTo(1);
            Deadline.awaitTrue("that it happens", () -> slow.receiver().missed() == 98);
            Deadline.awaitTrue("that it happens", () -> reaches(publisher, 2));
            assertThat(stuck.receiver().size()).isEqualTo(2);
        }
    }

    @Test
    void eachSubscriberGetsAReferenceOfItsOwn(Path directory) throws Exception {
        try (ResourceLinkFactory segments = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLinkFactory others = ResourceLinkFactory.builder().directory(directory).build();
                Channel here = Channel.builder().directory(directory.resolve("c")).segments(segments).open();
                Channel there = Channel.builder().directory(directory.resolve("c")).segments(others).open();
                Publisher<Frame> publisher = here.publisher("frames", MessageType.of(Frame.class));
                NamedServer<Frame> one = there.subscribe("frames", MessageType.of(Frame.class),
                        SubscribeOptions.DEFAULT);
                NamedServer<Frame> two = there.subscribe("frames", MessageType.of(Frame.class),
                        SubscribeOptions.DEFAULT);
                NamedServer<Frame> own = here.subscribe("frames", MessageType.of(Frame.class),
                        SubscribeOptions.DEFAULT)) {
            ResourceLink link = segments.create("frame", 10);
            link.writePayload(new byte[]{ 1, 2, 3 });
            assertThat(publisher.publish(new Frame(1, link), SendOptions.DEFAULT.handingOver()))
                    .isEqualTo(new PublishResult(3, 0));
            assertThat(link.isClosed()).isTrue();
            List<Frame> frames = new ArrayList<>();
            for (NamedServer<Frame> subscriber : List.of(one, two, own)) {
                frames.add(subscriber.receiver().receive());
            }
            assertThat(frames.getFirst().link().refcount()).isEqualTo(3);
            for (Frame frame : frames) {
                assertThat(frame.link().readPayload(0, 3)).containsExactly(1, 2, 3);
                frame.link().close();
            }
            assertThat(segments.list()).isEmpty();
            // Not one is received: what is in flight goes with the subscribers.
            try (ResourceLink another = segments.create("another", 10)) {
                publisher.publish(new Frame(2, another));
                // What is still in a socket when a channel is closed leaves an orphan, as when its process dies.
                for (NamedServer<Frame> subscriber : List.of(one, two, own)) {
                    Deadline.awaitTrue("it has arrived", () -> subscriber.receiver().size() == 1);
                }
            }
        }
    }

    @Test
    void onItsWayToSeveralAMessageHasOneReference(Path directory) throws Exception {
        MessageType<Frame> type = MessageType.of(Frame.class);
        try (ResourceLinkFactory segments = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLinkFactory others = ResourceLinkFactory.builder().directory(directory).build();
                Channel here = Channel.builder().directory(directory.resolve("c")).segments(segments).open();
                Channel there = Channel.builder().directory(directory.resolve("c")).segments(others).open();
                Publisher<Frame> publisher = here.publisher("frames", type);
                NamedServer<Frame> leaves = there.subscribe("frames", type, SubscribeOptions.DEFAULT);
                NamedServer<Frame> takes = there.subscribe("frames", type, SubscribeOptions.DEFAULT)) {
            try (ResourceLink link = segments.create("frame", 3)) {
                link.writePayload(new byte[]{ 1, 2, 3 });
                assertThat(publisher.publish(new Frame(1, link))).isEqualTo(new PublishResult(2, 0));
                assertThat(link.refcount()).isEqualTo(2);
                Deadline.awaitTrue("it has arrived", () -> leaves.receiver().size() + takes.receiver().size() == 2);
            }
            leaves.close();
            assertThat(segments.list()).as("what is still on its way").hasSize(1);
            Frame taken = takes.receiver().receive();
            assertThat(taken.link().refcount()).isOne();
            assertThat(taken.link().readPayload(0, 3)).containsExactly(1, 2, 3);
            taken.link().close();
            assertThat(segments.list()).isEmpty();
        }
    }

    @Test
    void longBodiesTravelInOnePieceOfMemory(Path directory) throws Exception {
        MessageType<String> texts = MessageType.of(String.class);
        try (Channel here = open(directory);
                Channel there = open(directory);
                Publisher<String> publisher = here.publisher("texts", texts);
                NamedServer<String> one = there.subscribe("texts", texts, SubscribeOptions.DEFAULT);
                NamedServer<String> two = there.subscribe("texts", texts, SubscribeOptions.DEFAULT)) {
            String text = "x".repeat(1_000_000);
            publisher.publish(text, SendOptions.DEFAULT.headers(Map.of("a", 1)));
            assertThat(one.receiver().receive()).isEqualTo(text);
            try (Received<String> received = two.receiver().take()) {
                assertThat(received.headers()).containsEntry("a", 1);
                assertThat(received.message()).isEqualTo(text);
            }
        }
    }

    @Test
    void aClosedPublisherPublishesNothing(Path directory) throws Exception {
        try (Channel here = open(directory)) {
            Publisher<Integer> publisher = here.publisher("news", NUMBERS);
            publisher.close();
            assertThatIllegalStateException().isThrownBy(() -> publisher.publish(1));
            Publisher<Integer> other = here.publisher("news", NUMBERS);
            here.close();
            assertThatIllegalStateException().isThrownBy(() -> other.publish(1));
        }
    }

    @Test
    void aSubscriberThatIsDrainedReceivesWhatWasPublished(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                Publisher<Integer> publisher = here.publisher("news", NUMBERS);
                NamedServer<Integer> subscriber = there.subscribe("news", NUMBERS, SubscribeOptions.DEFAULT)) {
            for (int i = 0; i < 10; i++) {
                publisher.publish(i);
            }
            subscriber.stop();
            assertThat(publisher.publish(10).dropped()).isZero();
            for (int i = 0; i < 10; i++) {
                assertThat(subscriber.receiver().receive()).isEqualTo(i);
            }
            assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> {
                while (true) {
                    subscriber.receiver().receive();
                }
            });
            assertThat(subscriber.drain(Duration.ofSeconds(5)).isComplete()).isTrue();
        }
    }
}
