package io.resourcelink.sample.layout;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EdgeMapTest {

    private final byte[] payload = new byte[1088 + 6];

    @Test
    void theLayoutIsAsDocumented() {
        EdgeMap map = EdgeMap.create(MemorySegment.ofArray(payload), 3, 2);
        map.histogram(IntStream.range(0, 256).map(level -> level * 1000).toArray());
        map.edges().fill((byte) 9);

        assertThat(payload).startsWith('E', 'D', 'G', '1', 3, 0, 0, 0, 2, 0, 0, 0);
        assertThat(payload).containsSequence(0xE8, 0x03, 0, 0, 0xD0, 0x07, 0, 0);
        assertThat(payload[64 + 4]).isEqualTo((byte) 0xE8);
        assertThat(payload[1087]).isZero();
        assertThat(payload).endsWith(9, 9, 9, 9, 9, 9);
    }

    @Test
    void whatWasCreatedIsRead() {
        EdgeMap.create(MemorySegment.ofArray(payload), 3, 2).histogram(IntStream.range(0, 256).toArray());

        EdgeMap read = EdgeMap.read(MemorySegment.ofArray(payload));

        assertThat(read.histogram()).isEqualTo(IntStream.range(0, 256).toArray());
        assertThat(read.picture().format()).isEqualTo(PixelFormat.GRAY);
        assertThat(read.picture().pixels().byteSize()).isEqualTo(6);
    }

    @Test
    void whatIsNoEdgeMapIsRefused() {
        MemorySegment memory = MemorySegment.ofArray(payload);
        assertThatIllegalArgumentException().isThrownBy(() -> EdgeMap.read(memory));
        assertThatIllegalArgumentException().isThrownBy(() -> EdgeMap.read(MemorySegment.ofArray(new byte[8])));
        EdgeMap.create(memory, 3, 2);
        memory.set(Frame.INT, 4, 4);
        assertThatIllegalArgumentException().isThrownBy(() -> EdgeMap.read(memory));
    }
}
