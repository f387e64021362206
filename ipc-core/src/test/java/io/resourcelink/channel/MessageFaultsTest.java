package io.resourcelink.channel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.error.MessageException;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What must not happen to what messages contain, by the number of the fault it would be. */
@Tag("slow")
@Timeout(120)
class MessageFaultsTest extends ChannelFaultsFixture {

    private static final int SHRINK_AND_GROW = 2 | 4;

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
}
