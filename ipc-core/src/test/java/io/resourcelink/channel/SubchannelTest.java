package io.resourcelink.channel;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.Deadline;
import io.resourcelink.FixedClock;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.jackson.JacksonCodec;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.wire.Endpoint;
import io.resourcelink.internal.wire.EndpointOptions;
import io.resourcelink.internal.wire.Silent;

import static io.resourcelink.channel.Ends.assertDisconnected;
import static org.assertj.core.api.Assertions.assertThat;

/** Messages on subchannels. */
@Tag("slow")
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class SubchannelTest {

    private static final int MANY = 10_000;

    private final Placement placement;
    private Crossing crossing;

    SubchannelTest(Placement placement) {
        this.placement = placement;
    }

    record Note(int number, String text, List<Double> values, Map<String, Note> more) {

        static Note of(int number) {
            return new Note(number, "Grüße " + number, List.of(0.5, Double.MAX_VALUE), Map.of());
        }
    }

    record Contact(SubSender<Note> answers) {}

    @BeforeEach
    void open(Path directory) throws InterruptedException {
        crossing = new Crossing(placement, directory);
    }

    @AfterEach
    void close() {
        crossing.close();
    }

    @Test
    @DisplayName("1: a structured message is received equal")
    void aStructuredMessageIsReceivedEqual() throws Exception {
        try (Subchannel<Note> notes = crossing.open(Note.class)) {
            Note note = new Note(7, "", List.of(), Map.of("inner", Note.of(8)));
            notes.sender().send(note);
            assertThat(notes.receiver().receive()).isEqualTo(note);
        }
    }

    @Test
    @DisplayName("2: two subchannels deliver their own messages")
    void twoSubchannelsDeliverTheirOwnMessages() throws Exception {
        try (Subchannel<Integer> one = crossing.open(Integer.class);
                Subchannel<Integer> two = crossing.open(Integer.class)) {
            one.sender().send(1);
            two.sender().send(2);
            assertThat(one.receiver().receive()).isEqualTo(1);
            assertThat(two.receiver().receive()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("3: the second subchannel's message can be received before the first's")
    void messagesCanBeReceivedInTheOppositeOrder() throws Exception {
        try (Subchannel<Integer> one = crossing.open(Integer.class);
                Subchannel<Integer> two = crossing.open(Integer.class)) {
            one.sender().send(1);
            two.sender().send(2);
            assertThat(two.receiver().receive()).isEqualTo(2);
            assertThat(one.receiver().receive()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("4: subchannels of one channel carry different types")
    void subchannelsCarryDifferentTypes() throws Exception {
        try (Subchannel<Long> numbers = crossing.open(Long.class);
                Subchannel<String> texts = crossing.open(String.class);
                Subchannel<Note> notes = crossing.open(Note.class);
                Subchannel<List<Note>> lists = crossing.open(new MessageType<>() {
                })) {
            lists.sender().send(List.of(Note.of(1), Note.of(2)));
            notes.sender().send(Note.of(3));
            texts.sender().send("text");
            numbers.sender().send(Long.MIN_VALUE);
            assertThat(numbers.receiver().receive()).isEqualTo(Long.MIN_VALUE);
            assertThat(texts.receiver().receive()).isEqualTo("text");
            assertThat(notes.receiver().receive()).isEqualTo(Note.of(3));
            assertThat(lists.receiver().receive()).containsExactly(Note.of(1), Note.of(2));
        }
    }

    @Test
    @DisplayName("5: messages arrive in the order in which they were sent")
    void messagesArriveInOrder() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            for (int i = 0; i < 1000; i++) {
                numbers.sender().send(i);
            }
            for (int i = 0; i < 1000; i++) {
                assertThat(numbers.receiver().receive()).isEqualTo(i);
            }
        }
    }

    @Test
    @DisplayName("6: all copies of a sender feed one receiver, in the order of sending")
    void copiesFeedOneReceiverInOrder() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class);
                SubSender<Integer> copy = numbers.sender().retain();
                SubSender<Integer> copyOfCopy = copy.retain()) {
            List<SubSender<Integer>> senders = List.of(numbers.sender(), copy, copyOfCopy);
            for (int i = 0; i < 300; i++) {
                senders.get(i % 3).send(i);
            }
            for (int i = 0; i < 300; i++) {
                assertThat(numbers.receiver().receive()).isEqualTo(i);
            }
        }
    }

    @Test
    @DisplayName("7: a closed copy leaves the original working")
    void aClosedCopyLeavesTheOriginalWorking() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            numbers.sender().retain().close();
            numbers.sender().send(1);
            assertThat(numbers.receiver().receive()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("8: 10,000 subchannels take no descriptors")
    void tenThousandSubchannelsTakeNoDescriptors() throws Exception {
        long before = Descriptors.count("");
        List<Subchannel<Integer>> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            all.add(crossing.open(Integer.class));
        }
        for (int i = 0; i < MANY; i++) {
            all.get(i).sender().send(i);
        }
        for (int i = 0; i < MANY; i++) {
            assertThat(all.get(i).receiver().receive()).isEqualTo(i);
        }
        // Pipes of senders that have just come are closed when their redemption is answered.
        Deadline.awaitTrue("descriptors are as before", () -> count() <= before + 2);
        all.forEach(Subchannel::close);
    }

    private static long count() {
        return Descriptors.count("");
    }

    @Test
    @DisplayName("9: the ends of a subchannel work without anybody having the channel")
    void endsWorkWithoutAnybodyHavingTheChannel(Path directory) throws Exception {
        EndpointOptions options = new EndpointOptions(null, 1_000, false, 0, new Silent(), false, FixedClock.TRUST);
        Endpoint endpoint = Endpoint.open(directory.resolve("channels"), options);
        Channel[] only = { new Channel(endpoint, new JacksonCodec(), Credits.DEFAULT) };
        WeakReference<Channel> dropped = new WeakReference<>(only[0]);
        Subchannel<Integer> numbers = only[0].subchannel(Integer.class);
        try (SubSender<Integer> elsewhere = crossing.bring(numbers.sender())) {
            only = new Channel[0];
            Deadline.awaitTrue("the channel was dropped", () -> {
                System.gc();
                return dropped.get() == null;
            });
            elsewhere.send(1);
            numbers.sender().send(2);
            assertThat(List.of(numbers.receiver().receive(), numbers.receiver().receive()))
                    .containsExactlyInAnyOrder(1, 2);
            numbers.sender().close();
        } finally {
            endpoint.close();
        }
        assertThat(only).isEmpty();
    }

    @Test
    @DisplayName("10: two channels exchange senders, and both directions deliver")
    void twoChannelsExchangeSenders() throws Exception {
        try (Subchannel<Contact> there = crossing.open(Contact.class);
                Subchannel<Note> back = crossing.near().subchannel(Note.class)) {
            there.sender().send(new Contact(back.sender()));
            back.sender().close();
            try (SubSender<Note> answers = there.receiver().receive().answers()) {
                answers.send(Note.of(1));
                assertThat(back.receiver().receive()).isEqualTo(Note.of(1));
            }
            assertDisconnected(back.receiver());
        }
    }
}
