package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.resourcelink.Deadline;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.os.Descriptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What must not happen when receivers and senders are closed, by the number of the fault it would be. */
@Tag("slow")
@Timeout(120)
class ClosingFaultsTest extends ChannelFaultsFixture {

    @Test
    @DisplayName("C1: closing a receiver with messages on it disturbs no sibling")
    void closingAReceiverDisturbsNoSibling(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel far = open(directory);
                Link<Note> living = Link.open(far, here)) {
            for (int round = 0; round < 20; round++) {
                try (Link<Note> closing = Link.open(far, here)) {
                    CompletableFuture<Void> sending = new CompletableFuture<>();
                    Thread.ofPlatform().daemon().start(() -> {
                        try {
                            for (int i = 0; i < 500; i++) {
                                if (!closing.sender().isClosed() && !isDisconnected(closing.sender())) {
                                    Thread.onSpinWait();
                                }
                                living.sender().send(new Note(i, "sibling"));
                            }
                            sending.complete(null);
                        } catch (InterruptedException | RuntimeException e) {
                            sending.completeExceptionally(e);
                        }
                    });
                    assertThat(closing.receiver().receive(LONG)).isPresent();
                    closing.receiver().close();
                    for (int i = 0; i < 500; i++) {
                        assertThat(living.receiver().receive(LONG)).contains(new Note(i, "sibling"));
                    }
                    sending.get(30, TimeUnit.SECONDS);
                }
            }
        }
    }

    @Test
    @DisplayName("C4: a sender that has travelled fails after its receiver was closed")
    void aTravelledSenderFailsAfterItsReceiverWasClosed(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel far = open(directory);
                Link<Carrier> carriers = Link.carrying(here, far);
                Subchannel<Note> notes = here.subchannel(Note.class)) {
            carriers.sender().send(Carrier.of(notes.sender()));
            try (SubSender<Note> travelled = carriers.receiver().receive().senders().getFirst()) {
                travelled.send(new Note(1, "one"));
                assertThat(notes.receiver().receive()).isEqualTo(new Note(1, "one"));
                notes.receiver().close();
                Deadline.awaitTrue("the sender that travelled is told", () -> isDisconnected(travelled));
                assertThatThrownBy(() -> travelled.send(new Note(2, "two"))).isInstanceOf(DisconnectedException.class);
                assertThatThrownBy(() -> notes.sender().send(new Note(3, "three")))
                        .isInstanceOf(DisconnectedException.class);
            }
        }
    }

    @Test
    @DisplayName("C5: a sender lives on when what carried another copy of it is closed")
    void aLiveSenderKeepsItsReceiverConnected(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel middle = open(directory);
                Subchannel<Note> notes = here.subchannel(Note.class)) {
            Channel carrying = open(directory);
            SubSender<Note> travelled;
            try (Link<Carrier> carriers = Link.carrying(here, middle);
                    Link<Carrier> lost = Link.carrying(middle, carrying)) {
                carriers.sender().send(Carrier.of(notes.sender()));
                notes.sender().close();
                travelled = carriers.receiver().receive().senders().getFirst();
                for (int i = 0; i < 10; i++) {
                    lost.sender().send(Carrier.of(travelled));
                }
                travelled.send(new Note(1, "one"));
            }
            carrying.close();
            try (SubSender<Note> living = travelled) {
                assertThat(notes.receiver().receive()).isEqualTo(new Note(1, "one"));
                assertThat(notes.receiver().receive(Duration.ofMillis(50))).isEmpty();
                living.send(new Note(2, "two"));
                assertThat(notes.receiver().receive()).isEqualTo(new Note(2, "two"));
            }
            assertThatThrownBy(() -> notes.receiver().receive(LONG)).isInstanceOf(DisconnectedException.class);
        }
    }

    @Test
    @DisplayName("C6: closing 1,000 receivers with messages waits for nobody, also not for one who never sends")
    void closingNeverBlocks(Path directory) throws Exception {
        try (Channel here = open(directory); Channel far = open(directory); Channel silent = open(directory)) {
            List<Link<Note>> links = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                links.add(Link.open(far, here));
                links.add(Link.open(silent, here));
            }
            for (Link<Note> link : links.subList(0, 20)) {
                while (link.sender().trySend(new Note(1, "x".repeat(1000)))) {
                    Thread.onSpinWait();
                }
            }
            for (Link<Note> link : links) {
                link.receiver().close();
            }
            for (Link<Note> link : links) {
                Deadline.awaitTrue("the sender is told", () -> isDisconnected(link.sender()));
                link.sender().close();
            }
            try (Link<Note> again = Link.open(silent, here)) {
                again.sender().send(new Note(1, "one"));
                assertThat(again.receiver().receive()).isEqualTo(new Note(1, "one"));
            }
        }
    }

    @Test
    @DisplayName("C9: what 100,000 subchannels have needed is free again, and that of senders that have travelled, too")
    void closedSubchannelsLeaveNothing(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel far = open(directory);
                Link<Carrier> carriers = Link.carrying(here, far)) {
            carry(here, carriers, 100);
            long memory = usedMemory();
            long descriptors = Descriptors.count("");
            for (int i = 0; i < 100_000; i++) {
                try (Subchannel<Note> notes = here.subchannel(Note.class)) {
                    assertThat(notes.receiver().size()).isZero();
                }
            }
            carry(here, carriers, 5_000);
            Deadline.awaitTrue("the memory is freed", () -> usedMemory() - memory < 8 << 20);
            assertThat(Descriptors.count("")).isLessThan(descriptors + 10);
        }
    }

    private static void carry(Channel here, Link<Carrier> carriers, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            try (Subchannel<Note> notes = here.subchannel(Note.class)) {
                carriers.sender().send(Carrier.of(notes.sender()));
                notes.sender().close();
                try (SubSender<Note> travelled = carriers.receiver().receive().senders().getFirst()) {
                    travelled.send(new Note(i, "one"));
                }
                assertThat(notes.receiver().receive()).isEqualTo(new Note(i, "one"));
            }
        }
    }

    private static long usedMemory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
