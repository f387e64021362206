package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DestinationKindException;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.error.RequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Tag("slow")
@ExtendWith({ SharedMemoryDirectory.class, NothingLeft.class })
@Timeout(60)
@SuppressWarnings("try") // What is closed early is closed once more.
class CompetingConsumersTest {

    private static final MessageType<Integer> NUMBERS = MessageType.of(Integer.class);
    private static final MessageType<String> TEXTS = MessageType.of(String.class);
    private static final SendOptions AT_ONCE = SendOptions.DEFAULT.timeout(Duration.ZERO);

    private static Channel open(Path directory) {
        return Channel.builder().directory(directory).open();
    }

    private static NamedServer<Integer> serve(Channel channel, int messages) {
        return channel.serveCompeting("work", NUMBERS, new Credits(messages, 1 << 20, 10));
    }

    /** Sends until each consumer has got something: a consumer counts when it has answered. Then takes all away. */
    private static void awaitAll(SubSender<Integer> sender, List<NamedServer<Integer>> consumers) throws Exception {
        Deadline.awaitTrue("all consumers are there", () -> {
            assertThat(sender.trySend(-1)).isTrue();
            return consumers.stream().allMatch(consumer -> consumer.receiver().size() > 0);
        });
        for (NamedServer<Integer> consumer : consumers) {
            boolean more = true;
            while (more) {
                more = consumer.receiver().tryReceive().isPresent();
            }
        }
    }

    @Test
    void eachMessageGoesToOneOfThem(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                Channel near = open(directory);
                NamedServer<Integer> one = serve(here, 100);
                NamedServer<Integer> two = serve(there, 100);
                NamedServer<Integer> own = serve(near, 100);
                SubSender<Integer> sender = near.connect("work", NUMBERS)) {
            awaitAll(sender, List.of(one, two, own));
            for (int i = 0; i < 150; i++) {
                sender.send(i);
            }
            Map<NamedServer<Integer>, List<Integer>> received = new HashMap<>();
            Deadline.awaitTrue("all have arrived", () -> {
                for (NamedServer<Integer> server : List.of(one, two, own)) {
                    server.receiver().tryReceive()
                            .ifPresent(received.computeIfAbsent(server, _ -> new ArrayList<>())::add);
                }
                return received.values().stream().mapToInt(List::size).sum() == 150;
            });
            assertThat(received.values()).allSatisfy(share -> assertThat(share).hasSizeGreaterThan(30));
            assertThat(received.values().stream().flatMap(List::stream)).doesNotHaveDuplicates();
        }
    }

    @Test
    void aMessageWaitsAtItsSenderUntilOneHasCredit(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                NamedServer<Integer> one = serve(here, 1);
                NamedServer<Integer> two = serve(there, 1);
                Channel sending = open(directory);
                SubSender<Integer> sender = sending.connect("work", NUMBERS)) {
            Deadline.awaitTrue("that it happens", () -> sendNow(sender, 1));
            Deadline.awaitTrue("that it happens", () -> sendNow(sender, 2));
            assertThat(sender.send(3, SendOptions.DEFAULT.timeout(Duration.ofMillis(30)))).isFalse();
            CompletableFuture<Void> third = CompletableFuture.runAsync(() -> send(sender, 3));
            assertThat(List.of(one.receiver().receive(), one.receiver().receive()).getLast()).isEqualTo(3);
            third.join();
            assertThat(two.receiver().receive()).isBetween(1, 2);
        }
    }

    private static boolean sendNow(SubSender<Integer> sender, int number) {
        try {
            return sender.send(number, AT_ONCE);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void send(SubSender<Integer> sender, int number) {
        try {
            sender.send(number);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aConsumerThatComesLaterTakesWhatWaits(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                NamedServer<Integer> one = serve(here, 1);
                Channel sending = open(directory);
                SubSender<Integer> sender = sending.connect("work", NUMBERS)) {
            sender.send(1);
            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> send(sender, 2));
            try (NamedServer<Integer> two = serve(there, 1)) {
                assertThat(two.receiver().receive()).isEqualTo(2);
                second.join();
                assertThat(one.receiver().receive()).isEqualTo(1);
            }
        }
    }

    @Test
    void requestsOfAConsumerThatGoesFailAndTheOthersGoOn(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                NamedServer<Integer> one = serve(here, 100);
                NamedServer<Integer> two = serve(there, 100);
                Channel sending = open(directory);
                SubSender<Integer> sender = sending.connect("work", NUMBERS)) {
            awaitAll(sender, List.of(one, two));
            List<PendingReply<String>> replies = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                replies.add(sender.request(i, TEXTS, SendOptions.DEFAULT));
            }
            here.close();
            for (int i = 0; i < 10; i++) {
                replies.add(sender.request(i, TEXTS, SendOptions.DEFAULT));
                try (Received<Integer> request = two.receiver().take()) {
                    request.reply("done", TEXTS, SendOptions.DEFAULT);
                }
            }
            int failed = 0;
            int answered = 0;
            boolean more = true;
            while (more) {
                more = two.receiver().tryReceive().isPresent();
            }
            for (PendingReply<String> reply : replies) {
                try (reply; Received<String> result = reply.await(Duration.ofSeconds(5)).orElseThrow()) {
                    answered++;
                } catch (DisconnectedException | RequestException _) {
                    failed++;
                }
            }
            assertThat(failed).isBetween(1, 19);
            assertThat(answered).isPositive();
            assertThat(failed + answered).isEqualTo(20);
        }
    }

    @Test
    void allMustAgree(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory)) {
            try (NamedServer<Integer> queue = serve(here, 10)) {
                for (Channel channel : List.of(here, there)) {
                    assertThatExceptionOfType(DestinationKindException.class)
                            .isThrownBy(() -> channel.serve("work", NUMBERS)).withMessageContaining("competing");
                    assertThatExceptionOfType(DestinationKindException.class)
                            .isThrownBy(() -> channel.subscribe("work", NUMBERS, SubscribeOptions.DEFAULT));
                }
                try (Publisher<Integer> publisher = there.publisher("work", NUMBERS)) {
                    assertThatExceptionOfType(DestinationKindException.class).isThrownBy(() -> publisher.publish(1));
                }
                assertThat(queue.isReachable()).isTrue();
            }
            try (NamedServer<Integer> single = here.serve("work", NUMBERS)) {
                assertThat(single.isReachable()).isTrue();
                assertThatExceptionOfType(DestinationKindException.class).isThrownBy(() -> serve(there, 1));
            }
            try (NamedServer<Integer> topic = there.subscribe("work", NUMBERS, SubscribeOptions.DEFAULT)) {
                assertThat(topic.isReachable()).isTrue();
                assertThatExceptionOfType(DestinationKindException.class).isThrownBy(() -> serve(here, 1));
                assertThatExceptionOfType(DestinationKindException.class)
                        .isThrownBy(() -> here.connect("work", NUMBERS));
            }
            assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> here.connect("work", NUMBERS));
            assertThat(here.isKnown("work")).isFalse();
        }
    }

    @Test
    void aConsumerThatStopsHandlesWhatItHasAndTheOthersTakeTheRest(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                Channel sending = open(directory);
                NamedServer<Integer> one = serve(here, 100);
                NamedServer<Integer> two = serve(there, 100);
                SubSender<Integer> sender = sending.connect("work", NUMBERS)) {
            awaitAll(sender, List.of(one, two));
            for (int i = 0; i < 10; i++) {
                sender.send(i);
            }
            CompletableFuture<DrainReport> drained = CompletableFuture.supplyAsync(() -> {
                try {
                    return one.drain(Duration.ofSeconds(10));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            List<Integer> received = new ArrayList<>();
            // The end, or what drain has closed already.
            assertThatThrownBy(() -> {
                while (true) {
                    received.add(one.receiver().receive());
                }
            }).isInstanceOfAny(DisconnectedException.class, IllegalStateException.class);
            assertThat(drained.join().isComplete()).isTrue();
            for (int i = 10; i < 15; i++) {
                sender.send(i);
            }
            while (received.size() < 15) {
                received.add(two.receiver().receive());
            }
            assertThat(received).doesNotHaveDuplicates();
        }
    }

    @Test
    void aSenderToAQueueDoesNotTravel(Path directory) throws Exception {
        record Carrier(SubSender<?> sender) {}
        try (Channel here = open(directory);
                Channel there = open(directory);
                NamedServer<Integer> queue = serve(here, 10);
                NamedServer<Carrier> server = here.serve("other", Carrier.class);
                SubSender<Carrier> carriers = there.connect("other", Carrier.class);
                SubSender<Integer> sender = there.connect("work", NUMBERS)) {
            assertThatExceptionOfType(MessageException.class).isThrownBy(() -> carriers.send(new Carrier(sender)))
                    .withMessageContaining("work");
            sender.send(1);
            assertThat(queue.receiver().receive()).isEqualTo(1);
            assertThat(server.receiver().tryReceive()).isEmpty();
        }
    }
}
