package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.resourcelink.Deadline;
import io.resourcelink.error.DisconnectedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What must not happen to messages that wait for credit or behind others, by the number of the fault it would be. */
@Tag("slow")
@Timeout(120)
class CreditFaultsTest extends ChannelFaultsFixture {

    @Test
    @DisplayName("C7: as much can lie unreceived as the credits say; then sending waits, gives up, or is interrupted")
    void creditsBoundWhatLiesUnreceived(Path directory) throws Exception {
        try (Channel here = open(directory, new Credits(100, 1 << 20, 8));
                Channel far = open(directory);
                Link<Note> link = Link.open(far, here);
                Link<Note> sibling = Link.open(far, here);
                Subchannel<Note> local = here.subchannel(Note.class)) {
            for (Link<Note> each : List.of(link, new Link<>(local.sender(), local.receiver()))) {
                SubSender<Note> sender = each.sender();
                int sent = 0;
                while (sender.trySend(new Note(sent, "x"))) {
                    sent++;
                }
                assertThat(sent).isBetween(99, 100);
                assertThat(sender.send(new Note(-2, "not sent"), Duration.ofMillis(20))).isFalse();
                CompletableFuture<Class<?>> interrupted = new CompletableFuture<>();
                Thread waiting = Thread.ofPlatform().daemon().start(() -> {
                    try {
                        sender.send(new Note(-3, "not sent"));
                        interrupted.complete(Void.class);
                    } catch (InterruptedException e) {
                        interrupted.complete(e.getClass());
                    }
                });
                Deadline.awaitTrue("the receiver waits", () -> waiting.getState() == Thread.State.WAITING
                        || waiting.getState() == Thread.State.TIMED_WAITING);
                waiting.interrupt();
                assertThat(interrupted.get(30, TimeUnit.SECONDS)).isEqualTo(InterruptedException.class);
                sibling.sender().send(new Note(1, "not kept waiting"));
                assertThat(sibling.receiver().receive()).isEqualTo(new Note(1, "not kept waiting"));
                CompletableFuture<Boolean> late = CompletableFuture.supplyAsync(() -> {
                    try {
                        return sender.send(new Note(-4, "late"), LONG);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
                for (int i = 0; i < sent; i++) {
                    assertThat(each.receiver().receive(LONG)).contains(new Note(i, "x"));
                }
                assertThat(late.get(30, TimeUnit.SECONDS)).isTrue();
                assertThat(each.receiver().receive(LONG)).contains(new Note(-4, "late"));
                assertThat(each.receiver().tryReceive()).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("C8: receiving without waiting finds a message behind those of siblings")
    void aMessageBehindThoseOfSiblingsIsFound(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel far = open(directory);
                Link<Note> sibling = Link.open(far, here);
                Link<Note> link = Link.open(far, here)) {
            for (int i = 0; i < 200; i++) {
                for (int j = 0; j < 3; j++) {
                    sibling.sender().send(new Note(j, "sibling"));
                }
                link.sender().send(new Note(i, "behind"));
                for (int j = 0; j < 3; j++) {
                    assertThat(sibling.receiver().receive()).isEqualTo(new Note(j, "sibling"));
                }
                Deadline.awaitTrue("the message has arrived", () -> link.receiver().size() == 1);
                assertThat(link.receiver().tryReceive()).contains(new Note(i, "behind"));
                assertThat(link.receiver().tryReceive()).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("C7: senders whose receivers are gone travel without a descriptor, and without using up credit")
    void deadSendersUseUpNoCredit(Path directory) throws Exception {
        try (Channel here = open(directory, new Credits(8, 1 << 20, 8));
                Channel far = open(directory);
                Link<Carrier> carriers = Link.carrying(far, here);
                Subchannel<Note> dead = far.subchannel(Note.class)) {
            dead.receiver().close();
            for (int i = 0; i < 100; i++) {
                assertThat(carriers.sender().send(Carrier.of(dead.sender()), Duration.ofSeconds(10)))
                        .as("message %d", i).isTrue();
                try (SubSender<Note> got = carriers.receiver().receive().senders().getFirst()) {
                    assertThatThrownBy(() -> got.send(new Note(1, "one"))).isInstanceOf(DisconnectedException.class);
                }
            }
        }
    }

    @Test
    @DisplayName("C7: a slow receiver keeps no sibling of its channel waiting, and bounds what it piles up")
    void aSlowReceiverKeepsNoSiblingWaiting(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel far = open(directory);
                Link<Note> slow = Link.open(far, here);
                Link<Note> fast = Link.open(far, here)) {
            Thread flooding = Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (int i = 0;; i++) {
                        slow.sender().send(new Note(i, "x".repeat(10_000)));
                    }
                } catch (InterruptedException | DisconnectedException _) {
                    // The end of the test.
                }
            });
            // The credit of the first contact has not come back yet.
            Deadline.awaitTrue("the credits are nearly used up",
                    () -> slow.receiver().size() >= Credits.DEFAULT.messages() - 1);
            List<Note> expected = IntStream.range(0, 5_000).mapToObj(i -> new Note(i, "fast")).toList();
            CompletableFuture<List<Note>> got = CompletableFuture.supplyAsync(() -> {
                List<Note> received = new ArrayList<>();
                try {
                    while (received.size() < expected.size()) {
                        received.add(fast.receiver().receive());
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return received;
            });
            for (Note note : expected) {
                fast.sender().send(note);
            }
            assertThat(got.get(60, TimeUnit.SECONDS)).isEqualTo(expected);
            assertThat(slow.receiver().size()).isLessThanOrEqualTo(Credits.DEFAULT.messages());
            slow.receiver().close();
            assertThat(flooding.join(LONG)).isTrue();
        }
    }
}
