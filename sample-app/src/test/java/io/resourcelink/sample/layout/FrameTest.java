package io.resourcelink.sample.layout;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FrameTest {

    private final byte[] payload = new byte[64 + 2 * 3 * 3];

    @Test
    void theHeaderIsAsDocumented() {
        Frame.create(MemorySegment.ofArray(payload), 2, 3, PixelFormat.RGB);
        assertThat(payload).startsWith('F', 'R', 'M', '1', 2, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0);
    }

    @Test
    void whatWasCreatedIsRead() {
        Frame created = Frame.create(MemorySegment.ofArray(payload), 2, 3, PixelFormat.RGB);
        created.pixels().set(ValueLayout.JAVA_BYTE, created.row(2) + 5, (byte) 77);

        Frame read = Frame.read(MemorySegment.ofArray(payload));

        assertThat(read.width()).isEqualTo(2);
        assertThat(read.height()).isEqualTo(3);
        assertThat(read.format()).isEqualTo(PixelFormat.RGB);
        assertThat(read.pixels().byteSize()).isEqualTo(18);
        assertThat(payload[payload.length - 1]).isEqualTo((byte) 77);
    }

    @Test
    void aLargeFrameDoesNotOverflow() {
        assertThat(Frame.bytes(50_000, 50_000, PixelFormat.RGBA)).isEqualTo(10_000_000_064L);
    }

    @ParameterizedTest
    @CsvSource({ "0, 1, 1", "-1, 1, 1", "1, 0, 1", "1, 1, 2", "1, 1, 0", "19, 1, 1", "2147483647, 2147483647, 4" })
    void aHeaderThatLiesIsRefused(int width, int height, int pixelBytes) {
        MemorySegment memory = MemorySegment.ofArray(payload);
        Frame.create(memory, 2, 3, PixelFormat.RGB);
        memory.set(Frame.INT, 4, width);
        memory.set(Frame.INT, 8, height);
        memory.set(Frame.INT, 12, pixelBytes);
        assertThatIllegalArgumentException().isThrownBy(() -> Frame.read(memory));
    }

    @Test
    void whatIsNoFrameIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Frame.read(MemorySegment.ofArray(payload)));
        assertThatIllegalArgumentException().isThrownBy(() -> Frame.read(MemorySegment.ofArray(new byte[8])));
    }
}
