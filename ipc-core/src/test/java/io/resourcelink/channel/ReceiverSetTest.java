package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.Deadline;
import io.resourcelink.channel.ReceiverSet.Event;
import io.resourcelink.error.MessageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Receivers that are waited for together. */
@Timeout(60)
@SuppressWarnings("try") // What is closed early is closed once more.
class ReceiverSetTest extends ReceiverSetFixture {

    @Test
    @DisplayName("113: each event carries its member's number, and each message comes once")
    void membersOfOneChannelAreSelectedByTheirNumbers(Path directory) throws Exception {
        try (Channel channel = open(directory);
                Subchannel<Note> notes = channel.subchannel(Note.class);
                Subchannel<byte[]> bytes = channel.bytes();
                ReceiverSet set = new ReceiverSet()) {
            long first = set.add(notes.receiver());
            long second = set.add(bytes.receiver());
            assertThat(first).isNotEqualTo(second);
            notes.sender().send(new Note(1, "one"));
            assertThat(set.select()).isEqualTo(new Event(first, new Note(1, "one"), null));
            bytes.sender().send(new byte[]{ 2 });
            assertThat(set.select()).satisfies(event -> {
                assertThat(event.member()).isEqualTo(second);
                assertThat(event.message()).isEqualTo(new byte[]{ 2 });
            });
            assertThat(set.trySelect()).isEmpty();
        }
    }

    @Test
    @DisplayName("113: members of different channels, fed from a third one, and blocking waits")
    void membersOfSeveralChannelsAreWaitedForTogether(Path directory) throws Exception {
        try (Channel one = open(directory);
                Channel two = open(directory);
                Channel far = open(directory);
                OneShotServer<Note> first = one.oneShotServer(Note.class);
                OneShotServer<Note> second = two.oneShotServer(Note.class);
                SubSender<Note> toFirst = far.connect(first.name(), Note.class);
                SubSender<Note> toSecond = far.connect(second.name(), Note.class);
                ReceiverSet set = new ReceiverSet()) {
            toFirst.send(new Note(0, "first contact"));
            toSecond.send(new Note(0, "first contact"));
            long member = set.add(first.accept().receiver());
            long other = set.add(second.accept().receiver());
            for (int i = 1; i <= 200; i++) {
                boolean even = i % 2 == 0;
                CompletableFuture<Event> selected = selecting(set);
                (even ? toFirst : toSecond).send(new Note(i, "x".repeat(i)));
                assertThat(selected.get(30, TimeUnit.SECONDS))
                        .isEqualTo(new Event(even ? member : other, new Note(i, "x".repeat(i)), null));
            }
            toSecond.close();
            assertThat(set.select()).isEqualTo(new Event(other, null, null));
            toFirst.close();
            assertThat(set.select()).isEqualTo(new Event(member, null, null));
            assertThat(set.size()).isZero();
        }
    }

    @Test
    @DisplayName("115: without waiting, and with a time-out: nothing, a message, the end, nothing")
    void waitsThatEnd(Path directory) throws Exception {
        Duration pause = Duration.ofMillis(40);
        try (Channel channel = open(directory); ReceiverSet set = new ReceiverSet()) {
            assertThat(set.trySelect()).isEmpty();
            assertThat(set.select(pause)).isEmpty();
            for (boolean waiting : List.of(false, true)) {
                Subchannel<Note> notes = channel.subchannel(Note.class);
                long member = set.add(notes.receiver());
                assertThat(waiting ? set.select(pause) : set.trySelect()).isEmpty();
                notes.sender().send(new Note(1, "one"));
                assertThat(waiting ? set.select(LONG) : set.trySelect())
                        .contains(new Event(member, new Note(1, "one"), null));
                notes.sender().close();
                assertThat(waiting ? set.select(LONG) : set.trySelect()).contains(new Event(member, null, null));
                long start = System.nanoTime();
                assertThat(waiting ? set.select(pause) : set.trySelect()).isEmpty();
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(waiting ? pause.toNanos() : 0);
            }
        }
    }

    @Test
    @DisplayName("117: members of one channel may be in different sets, each in one")
    void membersOfOneChannelMayBeInDifferentSets(Path directory) throws Exception {
        try (Channel channel = open(directory);
                Subchannel<Note> here = channel.subchannel(Note.class);
                Subchannel<Note> there = channel.subchannel(Note.class);
                ReceiverSet one = new ReceiverSet();
                ReceiverSet other = new ReceiverSet()) {
            long first = one.add(here.receiver());
            long second = other.add(there.receiver());
            assertThatThrownBy(() -> other.add(here.receiver())).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> one.add(here.receiver())).isInstanceOf(IllegalStateException.class);
            assertThat(List.of(one.size(), other.size())).containsExactly(1, 1);
            CompletableFuture<Event> selected = selecting(one);
            there.sender().send(new Note(2, "there"));
            assertThat(other.select()).isEqualTo(new Event(second, new Note(2, "there"), null));
            assertThat(selected).isNotDone();
            here.sender().send(new Note(1, "here"));
            assertThat(selected.get(30, TimeUnit.SECONDS)).isEqualTo(new Event(first, new Note(1, "here"), null));
        }
    }

    @Test
    void aReceiverIsAddedWhileSomebodySelects(Path directory) throws Exception {
        try (Channel channel = open(directory); Channel other = open(directory); ReceiverSet set = new ReceiverSet()) {
            CompletableFuture<Event> fromNothing = selecting(set);
            Subchannel<Note> notes = channel.subchannel(Note.class);
            long member = set.add(notes.receiver());
            notes.sender().send(new Note(1, "one"));
            assertThat(fromNothing.get(30, TimeUnit.SECONDS)).isEqualTo(new Event(member, new Note(1, "one"), null));
            CompletableFuture<Event> fromOneChannel = selecting(set);
            Subchannel<Note> later = other.subchannel(Note.class);
            later.sender().send(new Note(2, "two"));
            long second = set.add(later.receiver());
            assertThat(fromOneChannel.get(30, TimeUnit.SECONDS))
                    .isEqualTo(new Event(second, new Note(2, "two"), null));
        }
    }

    @ParameterizedTest(name = "{0} channels")
    @ValueSource(ints = { 0, 1, 2 })
    void anInterruptEndsTheWaitAndNothingElse(int channels, Path directory) throws Exception {
        List<Channel> opened = new ArrayList<>();
        List<Subchannel<Note>> kept = new ArrayList<>();
        try (Channel last = open(directory); ReceiverSet set = new ReceiverSet()) {
            for (int i = 0; i < channels; i++) {
                opened.add(open(directory));
                kept.add(opened.getLast().subchannel(Note.class));
                set.add(kept.getLast().receiver());
            }
            Thread.currentThread().interrupt();
            assertThatThrownBy(set::select).isInstanceOf(InterruptedException.class);
            CompletableFuture<Class<?>> ended = new CompletableFuture<>();
            Thread waiting = Thread.ofVirtual().start(() -> {
                try {
                    ended.complete(set.select().getClass());
                } catch (InterruptedException e) {
                    ended.complete(e.getClass());
                }
            });
            Deadline.awaitTrue("the thread waits", () -> waiting.getState() == Thread.State.WAITING
                    || waiting.getState() == Thread.State.TIMED_WAITING);
            waiting.interrupt();
            assertThat(ended.get(30, TimeUnit.SECONDS)).isEqualTo(InterruptedException.class);
            Subchannel<Note> notes = last.subchannel(Note.class);
            long member = set.add(notes.receiver());
            notes.sender().send(new Note(1, "one"));
            assertThat(set.select()).isEqualTo(new Event(member, new Note(1, "one"), null));
            assertThat(set.size()).isEqualTo(kept.size() + 1);
        } finally {
            opened.forEach(Channel::close);
        }
    }

    @Test
    void aBusyMemberDoesNotKeepAnotherWaiting(Path directory) throws Exception {
        try (Channel channel = open(directory);
                Subchannel<Note> busy = channel.subchannel(Note.class);
                Subchannel<Note> quiet = channel.subchannel(Note.class);
                ReceiverSet set = new ReceiverSet()) {
            set.add(busy.receiver());
            long member = set.add(quiet.receiver());
            for (int i = 0; i < 1000; i++) {
                busy.sender().send(new Note(i, "busy"));
            }
            for (int i = 0; i < 10; i++) {
                quiet.sender().send(new Note(i, "quiet"));
                List<Event> next = List.of(set.select(), set.select());
                assertThat(next).contains(new Event(member, new Note(i, "quiet"), null));
            }
        }
    }

    @Test
    void aMessageThatCannotBeDecodedIsAnEventAndTheNextOneComes(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel far = open(directory);
                OneShotServer<Note> server = here.oneShotServer(Note.class);
                SubSender<Note> sender = far.connect(server.name(), Note.class);
                Subchannel<Note> local = here.subchannel(Note.class);
                ReceiverSet set = new ReceiverSet()) {
            sender.send(new Note(0, "first contact"));
            for (SubReceiver<Note> receiver : List.of(server.accept().receiver(), local.receiver())) {
                SubSender<Note> right = receiver == local.receiver() ? local.sender() : sender;
                long member = set.add(receiver);
                right.typed(String.class).send("no note");
                right.send(new Note(1, "one"));
                assertThat(set.select()).satisfies(event -> {
                    assertThat(event.member()).isEqualTo(member);
                    assertThat(event.failure()).isInstanceOf(MessageException.class).hasMessageContaining("Note");
                });
                assertThat(set.select()).isEqualTo(new Event(member, new Note(1, "one"), null));
            }
        }
    }

    @Test
    @DisplayName("113: several threads share the events: each message once, each end once")
    void everyEventGoesToOneOfThoseWhoSelect(Path directory) throws Exception {
        int rounds = 20_000;
        try (Channel channel = open(directory); ReceiverSet set = new ReceiverSet()) {
            ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();
            AtomicBoolean done = new AtomicBoolean();
            List<Thread> selecting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                selecting.add(Thread.ofPlatform().daemon().start(() -> {
                    while (!done.get() || set.size() > 0) {
                        set.trySelect().ifPresent(events::add);
                    }
                }));
            }
            for (int i = 0; i < rounds; i++) {
                Subchannel<byte[]> bytes = channel.bytes();
                set.add(bytes.receiver());
                bytes.sender().send(new byte[]{ 1 });
                bytes.sender().send(new byte[]{ 2 });
                bytes.sender().close();
            }
            done.set(true);
            for (Thread each : selecting) {
                assertThat(each.join(Duration.ofSeconds(30))).isTrue();
            }
            Map<Long, Integer> ends = new HashMap<>();
            Map<Long, Integer> contents = new HashMap<>();
            for (Event event : events) {
                assertThat(event.failure()).isNull();
                if (event.isClosed()) {
                    ends.merge(event.member(), 1, Integer::sum);
                } else {
                    contents.merge(event.member(), (int) ((byte[]) Objects.requireNonNull(event.message()))[0],
                            (a, b) -> 10 * Math.min(a, b) + Math.max(a, b));
                }
            }
            assertThat(ends.values()).hasSize(rounds).containsOnly(1);
            assertThat(contents.values()).hasSize(rounds).containsOnly(12);
        }
    }
}
