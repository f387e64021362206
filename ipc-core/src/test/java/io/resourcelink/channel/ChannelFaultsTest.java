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
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.Deadline;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What must not happen to channels, by the number of the fault it would be; without other processes. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
class ChannelFaultsTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int SHRINK_AND_GROW = 2 | 4;

    record Note(int number, String text) {}

    record Carrier(List<SubSender<Note>> senders, List<SharedMemory> memory, String text) {

        static Carrier of(SubSender<Note> sender) {
            return new Carrier(List.of(sender), List.of(), "");
        }
    }

    /** A receiver of one channel, and a sender to it of another. */
    private record Link<T>(SubSender<T> sender, SubReceiver<T> receiver) implements AutoCloseable {

        static <T> Link<T> open(Channel from, Channel to, Class<T> type, T first) throws InterruptedException {
            OneShotServer<T> server = to.oneShotServer(type);
            SubSender<T> sender = from.connect(server.name(), type);
            sender.send(first);
            return new Link<>(sender, server.accept().receiver());
        }

        static Link<Note> open(Channel from, Channel to) throws InterruptedException {
            return open(from, to, Note.class, new Note(-1, "first contact"));
        }

        static Link<Carrier> carrying(Channel from, Channel to) throws InterruptedException {
            return open(from, to, Carrier.class, new Carrier(List.of(), List.of(), "first contact"));
        }

        @Override
        public void close() {
            sender.close();
            receiver.close();
        }
    }

    private static Channel open(Path directory) {
        return Channel.builder().directory(directory).open();
    }

    private static Channel open(Path directory, Credits credits) {
        return Channel.builder().directory(directory).credits(credits).open();
    }

    private static boolean isDisconnected(SubSender<Note> sender) {
        try {
            sender.trySend(new Note(0, "is anybody there?"));
            return false;
        } catch (DisconnectedException _) {
            return true;
        }
    }

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

    @ParameterizedTest(name = "{0} bytes of text")
    @ValueSource(ints = { 0, 100_000 })
    @DisplayName("C10: 252 regions in a message arrive; of more the sender is told, and nothing is sent")
    void manyRegionsArriveAndMoreAreRefused(int text, Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel far = open(directory);
                Link<Carrier> carriers = Link.carrying(far, here)) {
            List<SharedMemory> memory = new ArrayList<>();
            try {
                for (int i = 0; i < 300; i++) {
                    memory.add(SharedMemory.fromByte((byte) i, 1 + i));
                }
                long before = Descriptors.count("");
                for (int count : new int[]{ 1, 2, 63, 64, 65, 128, 250, 251, 252 }) {
                    for (int excess : new int[]{ 253, 254, 255, 256, 300 }) {
                        assertThatThrownBy(() -> carriers.sender()
                                .send(new Carrier(List.of(), memory.subList(0, excess), "x".repeat(text))))
                                .isInstanceOf(MessageException.class).hasMessageContaining("252");
                    }
                    Carrier message = new Carrier(List.of(), memory.subList(0, count), "x".repeat(text));
                    carriers.sender().send(message);
                    Carrier got = carriers.receiver().receive();
                    assertThat(got).usingRecursiveComparison()
                            .withEqualsForType(SharedMemory::contentEquals, SharedMemory.class).isEqualTo(message);
                    got.memory().forEach(SharedMemory::close);
                }
                assertThat(Descriptors.count("")).isEqualTo(before);
            } finally {
                memory.forEach(SharedMemory::close);
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
    @DisplayName("C12: what was sent can neither shrink nor grow, nor be written any more")
    void whatIsSentIsSealed(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel far = open(directory);
                Link<Carrier> carriers = Link.carrying(far, here);
                SharedMemory memory = SharedMemory.fromByte((byte) 1, 100)) {
            assertThat(seals(memory) & SHRINK_AND_GROW).isEqualTo(SHRINK_AND_GROW);
            carriers.sender().send(new Carrier(List.of(), List.of(memory), ""));
            try (SharedMemory got = carriers.receiver().receive().memory().getFirst()) {
                int seals = seals(got);
                assertThat(seals & SHRINK_AND_GROW).isEqualTo(SHRINK_AND_GROW);
                assertThat(seals & (8 | 16)).as("write, or future write").isNotZero();
            }
        }
    }

    private static int seals(SharedMemory memory) {
        Region region = Region.DOOR.inside(memory);
        region.retain();
        try {
            return Descriptors.seals(region.file());
        } finally {
            region.release();
        }
    }

    record Wrong(List<Inner> items) {}

    record Inner(String value) {}

    record Right(List<Expected> items) {}

    record Expected(int value) {}

    @Test
    @DisplayName("C13: what cannot be decoded says what, and where in the message")
    void decodeErrorsKeepTheirTextAndPath(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel far = open(directory);
                Link<Right> link = Link.open(far, here, Right.class, new Right(List.of()))) {
            link.sender().typed(Wrong.class).send(new Wrong(List.of(new Inner("1"), new Inner("no number"))));
            link.sender().send(new Right(List.of(new Expected(7))));
            assertThatThrownBy(() -> link.receiver().receive(LONG)).isInstanceOf(MessageException.class)
                    .hasMessageContainingAll("Right", "no number", "items", "[1]", "value");
            assertThat(link.receiver().receive(LONG)).contains(new Right(List.of(new Expected(7))));
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
