package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
class ChannelTest {

    record Note(int number, String text) {}

    record Parcels(SharedMemory memory, ResourceLink link, SubSender<Note> answers, List<SharedMemory> more) {}

    @Test
    void messagesArriveWithinAChannel(Path directory) throws Exception {
        try (Channel channel = Channel.builder().directory(directory).open();
                Subchannel<Note> notes = channel.subchannel(Note.class)) {
            notes.sender().send(new Note(1, "one"));
            notes.sender().send(new Note(2, "two"));
            assertThat(notes.receiver().receive()).isEqualTo(new Note(1, "one"));
            assertThat(notes.receiver().tryReceive()).contains(new Note(2, "two"));
            assertThat(notes.receiver().tryReceive()).isEmpty();
            notes.sender().close();
            assertThatThrownBy(() -> notes.receiver().receive()).isInstanceOf(DisconnectedException.class);
        }
    }

    @Test
    void everythingTravelsBetweenChannels(Path directory) throws Exception {
        try (ResourceLinkFactory segments = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLinkFactory others = ResourceLinkFactory.builder().directory(directory).build();
                Channel here = Channel.builder().directory(directory.resolve("c")).segments(segments).open();
                Channel there = Channel.builder().directory(directory.resolve("c")).segments(others).open();
                OneShotServer<Parcels> server = here.oneShotServer(Parcels.class);
                SubSender<Parcels> sender = there.connect(server.name(), Parcels.class);
                Subchannel<Note> answers = there.subchannel(Note.class);
                SharedMemory memory = SharedMemory.fromByte((byte) 7, 100_000);
                ResourceLink link = others.create("frame", 10)) {
            link.writePayload(new byte[]{ 1, 2, 3 });
            sender.send(
                    new Parcels(memory, link, answers.sender(), List.of(memory, SharedMemory.fromBytes(new byte[0]))));
            answers.sender().close();
            assertThat(answers.receiver().tryReceive()).isEmpty();
            Parcels got = server.accept().first();
            assertThat(got.memory().contentEquals(memory)).isTrue();
            assertThat(got.more().getFirst().sameMemoryAs(got.memory())).isTrue();
            assertThat(got.link().readPayload(0, 3)).containsExactly(1, 2, 3);
            assertThat(link.refcount()).isEqualTo(2);
            for (int i = 0; i < 3000; i++) {
                got.answers().send(new Note(i, "x".repeat(i * 10)));
                assertThat(answers.receiver().receive()).isEqualTo(new Note(i, "x".repeat(i * 10)));
            }
            got.answers().close();
            assertThatThrownBy(() -> answers.receiver().receive(Duration.ofSeconds(10)))
                    .isInstanceOf(DisconnectedException.class);
            got.memory().close();
            got.more().forEach(SharedMemory::close);
            got.link().close();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, 30, 1000 })
    void messagesArriveHoweverLongOneLooksForThem(long micros, Path directory) throws Exception {
        try (Channel here = Channel.builder().directory(directory).spin(Duration.ofNanos(micros * 1000)).open();
                Channel there = Channel.builder().directory(directory).spin(Duration.ZERO).open();
                NamedServer<Integer> echo = there.serve("echo", Integer.class);
                NamedServer<Integer> back = here.serve("back", Integer.class);
                SubSender<Integer> toEcho = here.connect("echo", Integer.class);
                SubSender<Integer> toBack = there.connect("back", Integer.class)) {
            for (int i = 0; i < 200; i++) {
                toEcho.send(i);
                toBack.send(echo.receiver().receive());
                assertThat(back.receiver().receive()).isEqualTo(i);
            }
            assertThat(back.receiver().receive(Duration.ofMillis(5))).isEmpty();
        }
    }

    @Test
    void nobodyLooksForMessagesOnASingleProcessor() {
        assertThat(ChannelBuilder.defaultSpin(1)).isZero();
        assertThat(ChannelBuilder.defaultSpin(2)).isPositive();
    }

    @Test
    void settingsAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> Channel.builder().spin(Duration.ofMillis(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> Channel.builder().spin(Duration.ofNanos(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> Channel.builder().threshold(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Channel.builder().threshold(32 * 1024 + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Credits(0, 1, 1));
    }
}
