package io.resourcelink.channel;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
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
import io.resourcelink.memory.SharedMemory;

import static io.resourcelink.channel.Ends.assertDisconnected;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Shared memory in messages. */
@Tag("slow")
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class RegionMessageTest {

    private final Placement placement;
    private Crossing crossing;

    RegionMessageTest(Placement placement) {
        this.placement = placement;
    }

    record Two(SharedMemory first, SharedMemory second) {}

    record Work(SharedMemory memory, SubSender<String> answers) {}

    record Labelled(int number, String label, SharedMemory memory) {}

    record Mixed(String data, List<SubSender<Integer>> senders, List<SharedMemory> regions) {}

    record Nested(Optional<SharedMemory> present, Optional<SharedMemory> absent, @Nullable SharedMemory none,
            List<SharedMemory> list, Two inner, Map<String, List<SharedMemory>> map) {}

    @BeforeEach
    void open(Path directory) throws InterruptedException {
        crossing = new Crossing(placement, directory);
    }

    @AfterEach
    void close() {
        crossing.close();
    }

    private static SharedMemory region(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return SharedMemory.fromBytes(bytes);
    }

    private static void assertSameContent(Object got, Object sent) {
        assertThat(got).usingRecursiveComparison()
                .withEqualsForType(SharedMemory::contentEquals, SharedMemory.class).isEqualTo(sent);
    }

    @Test
    @DisplayName("69: two regions arrive where they belong")
    void twoRegionsArriveWhereTheyBelong() throws Exception {
        try (Subchannel<Two> messages = crossing.open(Two.class);
                SharedMemory first = region(100);
                SharedMemory second = region(70_000)) {
            messages.sender().send(new Two(first, second));
            Two got = messages.receiver().receive();
            try (SharedMemory one = got.first(); SharedMemory two = got.second()) {
                assertThat(one.contentEquals(first)).isTrue();
                assertThat(one.contentEquals(second)).isFalse();
                assertThat(two.contentEquals(second)).isTrue();
            }
        }
    }

    @Test
    @DisplayName("70: a region and a sender in one message both work")
    void aRegionAndASenderGoTogether() throws Exception {
        try (Subchannel<Work> messages = crossing.open(Work.class);
                Subchannel<String> answers = crossing.near().subchannel(String.class);
                SharedMemory input = SharedMemory.fromBytes("input".getBytes(UTF_8))) {
            messages.sender().send(new Work(input, answers.sender()));
            Work got = messages.receiver().receive();
            try (SharedMemory memory = got.memory(); SubSender<String> answer = got.answers()) {
                answer.send(new String(memory.toByteArray(), UTF_8) + " seen");
            }
            assertThat(answers.receiver().receive()).isEqualTo("input seen");
        }
    }

    @Test
    @DisplayName("71: a message with a region and other data arrives whole, with equal bytes in the region")
    void aMessageWithARegionArrivesWhole() throws Exception {
        try (Subchannel<Labelled> messages = crossing.open(Labelled.class); SharedMemory memory = region(5000)) {
            Labelled sent = new Labelled(71, "label", memory);
            messages.sender().send(sent);
            Labelled got = messages.receiver().receive();
            assertSameContent(got, sent);
            assertThat(got).as("a handle is equal to itself alone").isNotEqualTo(sent);
            got.memory().close();
        }
    }

    @Test
    @DisplayName("72: a region is the first message of a first contact, from another thread")
    void aRegionIsTheFirstMessage() throws Exception {
        try (OneShotServer<SharedMemory> server = crossing.far().oneShotServer(SharedMemory.class);
                SharedMemory memory = region(4096);
                Crew crew = new Crew()) {
            Future<Void> contact = crew.run(() -> {
                try (SubSender<SharedMemory> sender = crossing.near().connect(server.name(), SharedMemory.class)) {
                    sender.send(memory);
                }
            });
            OneShotServer.Accepted<SharedMemory> accepted = server.accept();
            assertThat(accepted.first().contentEquals(memory)).isTrue();
            accepted.first().close();
            contact.get();
            assertDisconnected(accepted.receiver());
            accepted.receiver().close();
        }
    }

    @Test
    @DisplayName("79: a message is its data and what it carries, each complete")
    void dataAndRegionsAreIndependent() throws Exception {
        try (Subchannel<Mixed> messages = crossing.open(Mixed.class); SharedMemory memory = region(3000)) {
            messages.sender().send(new Mixed("data", List.of(), List.of(memory)));
            Mixed got = messages.receiver().receive();
            assertThat(got.data()).isEqualTo("data");
            assertThat(got.senders()).isEmpty();
            assertSameContent(got.regions(), List.of(memory));
            assertThat(got.regions().getFirst().size()).isEqualTo(3000);
            got.regions().forEach(SharedMemory::close);
        }
    }

    @Test
    @DisplayName("81: regions stand in optionals, lists and records within; what is absent stays absent, empty stays empty")
    void regionsStandAnywhere() throws Exception {
        try (Subchannel<Nested> messages = crossing.open(Nested.class);
                SharedMemory memory = region(200);
                SharedMemory empty = SharedMemory.fromBytes(new byte[0])) {
            Nested sent = new Nested(Optional.of(memory), Optional.empty(), null, List.of(empty, memory, empty),
                    new Two(empty, memory), Map.of("key", List.of(memory)));
            messages.sender().send(sent);
            Nested got = messages.receiver().receive();
            assertSameContent(got, sent);
            Stream.of(Stream.of(got.present().orElseThrow(), got.inner().first(), got.inner().second()),
                    got.list().stream(), got.map().values().stream().flatMap(List::stream)).flatMap(each -> each)
                    .forEach(SharedMemory::close);
        }
    }

    @Test
    @DisplayName("82: a region that is in a message twice arrives as two handles to one memory")
    void aRegionTwiceIsTwoHandlesToOneMemory() throws Exception {
        try (Subchannel<Two> messages = crossing.open(Two.class);
                SharedMemory memory = region(100);
                SharedMemory copy = memory.retain()) {
            messages.sender().send(new Two(memory, copy));
            Two got = messages.receiver().receive();
            assertThat(got.first().sameMemoryAs(got.second())).isTrue();
            got.first().close();
            assertThat(got.second().contentEquals(memory)).isTrue();
            got.second().close();
        }
    }

    @Test
    @DisplayName("83: a number that no region has is an error of this message, not of the next")
    void aMissingRegionIsAnError() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(Integer.class);
                SubReceiver<SharedMemory> regions = numbers.receiver().typed(SharedMemory.class);
                SubSender<SharedMemory> sender = numbers.sender().typed(SharedMemory.class);
                SharedMemory memory = region(10)) {
            for (int missing : List.of(0, 1, -1, Integer.MAX_VALUE)) {
                numbers.sender().send(missing);
                assertThatExceptionOfType(MessageException.class).isThrownBy(regions::receive);
            }
            sender.send(memory);
            try (SharedMemory got = regions.receive()) {
                assertThat(got.contentEquals(memory)).isTrue();
            }
        }
    }
}
