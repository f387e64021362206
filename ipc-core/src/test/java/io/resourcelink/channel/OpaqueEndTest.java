package io.resourcelink.channel;

import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.MessageException;

import static io.resourcelink.channel.Ends.assertDisconnected;
import static io.resourcelink.channel.Ends.awaitMessages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Ends whose messages are of an unknown type, and ends that are given another type. */
@Tag("slow")
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class OpaqueEndTest {

    private final Placement placement;
    private Crossing crossing;

    OpaqueEndTest(Placement placement) {
        this.placement = placement;
    }

    record Note(int number, String text) {}

    record Opaque(int number, SubSender<?> sender) {}

    @BeforeEach
    void open(Path directory) throws InterruptedException {
        crossing = new Crossing(placement, directory);
    }

    @AfterEach
    void close() {
        crossing.close();
    }

    @Test
    @DisplayName("118: a sender can lose its type and be given it again")
    void aSenderCanBeTypedAgain() throws Exception {
        try (Subchannel<Note> notes = crossing.open(Note.class)) {
            SubSender<?> opaque = notes.sender();
            SubSender<Note> typed = opaque.typed(Note.class);
            typed.send(new Note(118, "again"));
            assertThat(notes.receiver().receive()).isEqualTo(new Note(118, "again"));
            typed.close();
            assertThat(opaque.isClosed()).isTrue();
            assertDisconnected(notes.receiver());
        }
    }

    @Test
    @DisplayName("119: a receiver can lose its type and be given it again")
    void aReceiverCanBeTypedAgain() throws Exception {
        try (Subchannel<Note> notes = crossing.open(Note.class)) {
            SubReceiver<?> opaque = notes.receiver();
            SubReceiver<Note> typed = opaque.typed(Note.class);
            notes.sender().send(new Note(119, "again"));
            assertThat(typed.receive()).isEqualTo(new Note(119, "again"));
            typed.close();
            assertThat(opaque.isClosed()).isTrue();
            assertDisconnected(notes.sender(), new Note(0, ""));
        }
    }

    @Test
    @DisplayName("120: a sender without type travels, alone or beside data, and is given its type where it arrives")
    void aSenderWithoutTypeTravels() throws Exception {
        try (Subchannel<SubSender<?>> alone = crossing.open(new MessageType<>() {
        });
                Subchannel<Opaque> beside = crossing.open(Opaque.class);
                Subchannel<Note> notes = crossing.near().subchannel(Note.class)) {
            alone.sender().send(notes.sender());
            beside.sender().send(new Opaque(120, notes.sender()));
            notes.sender().close();
            Opaque opaque = beside.receiver().receive();
            assertThat(opaque.number()).isEqualTo(120);
            try (SubSender<Note> one = alone.receiver().receive().typed(Note.class);
                    SubSender<Note> two = opaque.sender().typed(Note.class)) {
                one.send(new Note(1, "one"));
                two.send(new Note(2, "two"));
                assertThat(notes.receiver().receive()).isEqualTo(new Note(1, "one"));
                assertThat(notes.receiver().receive()).isEqualTo(new Note(2, "two"));
            }
            assertDisconnected(notes.receiver());
        }
    }

    @Test
    @DisplayName("121: what comes of a wrong type is an error of that message; the next one arrives")
    void aWrongTypeIsAnErrorOfItsMessage() throws Exception {
        try (Subchannel<Note> notes = crossing.open(Note.class)) {
            notes.sender().typed(String.class).send("not a note");
            notes.sender().typed(byte[].class).send(new byte[]{ 1, 2, 3 });
            notes.sender().send(new Note(121, "a note"));
            awaitMessages(notes.receiver(), 3);
            assertThatExceptionOfType(MessageException.class).isThrownBy(() -> notes.receiver().receive())
                    .withMessageContaining(Note.class.getName());
            assertThatExceptionOfType(MessageException.class).isThrownBy(() -> notes.receiver().tryReceive());
            assertThat(notes.receiver().receive()).isEqualTo(new Note(121, "a note"));
        }
    }
}
