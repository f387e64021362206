package io.resourcelink.channel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.Deadline;
import io.resourcelink.channel.ReceiverSet.Event;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The ends of the members of a set, and its own. */
@Timeout(60)
@SuppressWarnings("try") // What is closed early is closed once more.
class ReceiverSetEndTest extends ReceiverSetFixture {

    record Parcels(SharedMemory memory) {}

    @ParameterizedTest(name = "before it was added: {0}")
    @ValueSource(booleans = { true, false })
    @DisplayName("114: a member whose senders are gone is reported by its number, and is no member any more")
    void aMemberWithoutSendersIsReported(boolean before, Path directory) throws Exception {
        try (Channel channel = open(directory);
                Subchannel<Note> notes = channel.subchannel(Note.class);
                Subchannel<Note> others = channel.subchannel(Note.class);
                ReceiverSet set = new ReceiverSet()) {
            set.add(others.receiver());
            notes.sender().send(new Note(1, "last"));
            if (before) {
                notes.sender().close();
            }
            long member = set.add(notes.receiver());
            notes.sender().close();
            assertThat(set.select()).isEqualTo(new Event(member, new Note(1, "last"), null));
            assertThat(set.select()).isEqualTo(new Event(member, null, null));
            assertThat(set.trySelect()).isEmpty();
            assertThat(set.size()).isOne();
            assertThat(notes.receiver().isClosed()).isTrue();
        }
    }

    @Test
    @DisplayName("114: a member whose receiver is closed is reported, too")
    void aMemberWhoseReceiverIsClosedIsReported(Path directory) throws Exception {
        try (Channel channel = open(directory);
                Subchannel<Note> notes = channel.subchannel(Note.class);
                ReceiverSet set = new ReceiverSet()) {
            long member = set.add(notes.receiver());
            notes.sender().send(new Note(1, "lost"));
            notes.receiver().close();
            assertThat(set.select()).isEqualTo(new Event(member, null, null));
            assertThatThrownBy(() -> set.add(notes.receiver())).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest(name = "{0} channels")
    @ValueSource(ints = { 0, 1, 2 })
    void closingASetEndsWhoSelects(int channels, Path directory) throws Exception {
        List<Channel> opened = new ArrayList<>();
        List<SubSender<Note>> senders = new ArrayList<>();
        try (ReceiverSet set = new ReceiverSet()) {
            for (int i = 0; i < channels; i++) {
                opened.add(open(directory));
                Subchannel<Note> notes = opened.getLast().subchannel(Note.class);
                senders.add(notes.sender());
                set.add(notes.receiver());
            }
            List<CompletableFuture<Event>> selected = List.of(selecting(set), selecting(set), selecting(set));
            set.close();
            for (CompletableFuture<Event> each : selected) {
                assertThatThrownBy(() -> each.get(30, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(IllegalStateException.class);
            }
            for (SubSender<Note> sender : senders) {
                assertThatThrownBy(() -> sender.send(new Note(1, "late"))).isInstanceOf(DisconnectedException.class);
            }
            assertThatThrownBy(set::trySelect).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> set.select(LONG)).isInstanceOf(IllegalStateException.class);
        } finally {
            opened.forEach(Channel::close);
        }
    }

    @Test
    void aReceiverThatIsRefusedByAClosedSetStaysTheCallers(Path directory) throws Exception {
        try (Channel channel = open(directory);
                Subchannel<Note> notes = channel.subchannel(Note.class);
                ReceiverSet other = new ReceiverSet()) {
            ReceiverSet set = new ReceiverSet();
            set.close();
            set.close();
            assertThatThrownBy(() -> set.add(notes.receiver())).isInstanceOf(IllegalStateException.class);
            notes.sender().send(new Note(1, "one"));
            assertThat(notes.receiver().receive()).isEqualTo(new Note(1, "one"));
            long member = other.add(notes.receiver());
            notes.sender().send(new Note(2, "two"));
            assertThat(other.select()).isEqualTo(new Event(member, new Note(2, "two"), null));
        }
    }

    @Test
    void closingAChannelReportsItsMembersToWhoSelects(Path directory) throws Exception {
        try (Channel staying = open(directory); ReceiverSet set = new ReceiverSet()) {
            Channel channel = open(directory);
            Subchannel<Note> notes = channel.subchannel(Note.class);
            Subchannel<Note> others = staying.subchannel(Note.class);
            long member = set.add(notes.receiver());
            long other = set.add(others.receiver());
            CompletableFuture<Event> selected = selecting(set);
            channel.close();
            assertThat(selected.get(30, TimeUnit.SECONDS)).isEqualTo(new Event(member, null, null));
            others.sender().send(new Note(1, "one"));
            assertThat(set.select()).isEqualTo(new Event(other, new Note(1, "one"), null));
        }
    }

    @Test
    void closingASetFreesWhatItsMembersHaveNotReceived(Path directory) throws Exception {
        long before = Descriptors.count("memfd");
        try (Channel here = open(directory); Channel far = open(directory)) {
            OneShotServer<Parcels> server = here.oneShotServer(Parcels.class);
            ReceiverSet set = new ReceiverSet();
            try (SubSender<Parcels> sender = far.connect(server.name(), Parcels.class);
                    SharedMemory memory = SharedMemory.fromByte((byte) 1, 100)) {
                for (int i = 0; i < 50; i++) {
                    sender.send(new Parcels(memory));
                }
                OneShotServer.Accepted<Parcels> accepted = server.accept();
                accepted.first().memory().close();
                Deadline.awaitTrue("the other messages have arrived", () -> accepted.receiver().size() == 49);
                set.add(accepted.receiver());
                set.close();
                Deadline.awaitTrue("the sender is told", () -> closed(sender));
            }
            assertThat(Descriptors.count("memfd")).isEqualTo(before);
        }
    }

    private static boolean closed(SubSender<Parcels> sender) {
        try (SharedMemory memory = SharedMemory.fromByte((byte) 1, 1)) {
            sender.trySend(new Parcels(memory));
            return false;
        } catch (DisconnectedException _) {
            return true;
        }
    }
}
