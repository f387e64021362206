package io.resourcelink.internal.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.resourcelink.internal.wire.FrameSamples.SAMPLES;
import static io.resourcelink.internal.wire.FrameSamples.decoded;
import static io.resourcelink.internal.wire.FrameSamples.encoded;
import static org.assertj.core.api.Assertions.assertThat;

/** Random bytes are malformed, or a frame that has no other image. */
@Tag("slow")
class RandomFrameTest {

    @Test
    void anyBytesAreAFrameOrMalformed() {
        Random random = new Random(20_240_229);
        int frames = 0;
        for (int i = 0; i < 60_000; i++) {
            byte[] image = i % 4 == 0 ? noise(random) : mutated(random);
            frames += isFrame(image) ? 1 : 0;
        }
        assertThat(frames).as("of 60,000, so that both ways are taken").isBetween(1_000, 50_000);
    }

    private static byte[] noise(Random random) {
        byte[] image = new byte[random.nextInt(200)];
        random.nextBytes(image);
        if (image.length > 1 && random.nextBoolean()) {
            image[0] = (byte) random.nextInt(17);
            image[1] = 0;
        }
        return image;
    }

    private static byte[] mutated(Random random) {
        byte[] image = SAMPLES.get(random.nextInt(SAMPLES.size())).image();
        if (random.nextInt(8) == 0) {
            image = Arrays.copyOf(image, random.nextInt(image.length + 40));
        }
        ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        long[] numbers = { 0, 1, -1, 0xFD, 0xFFFF, 1L << 31, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE,
            random.nextLong() };
        for (int changes = random.nextInt(4); changes > 0 && image.length > 8; changes--) {
            int at = random.nextInt(image.length - 8);
            long number = numbers[random.nextInt(numbers.length)];
            switch (random.nextInt(5)) {
                case 0 -> bytes.put(at, (byte) (bytes.get(at) ^ 1 << random.nextInt(8)));
                case 1 -> bytes.put(at, (byte) number);
                case 2 -> bytes.putShort(at, (short) number);
                case 3 -> bytes.putInt(at, (int) number);
                default -> bytes.putLong(at, number);
            }
        }
        return image;
    }

    /** Whatever is a frame has one image only, and so is the frame again. */
    private static boolean isFrame(byte[] image) {
        Frame frame;
        try {
            frame = decoded(image);
        } catch (Frame.Malformed _) {
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(HexFormat.of().formatHex(image), e);
        }
        // Text that was no UTF-8 is not what it was any more.
        if (!frame.toString().contains("\uFFFD")) {
            byte[] again = encoded(frame);
            // Hints are not kept, nor what fills the packet up.
            image[1] &= 0x0F;
            assertThat(HexFormat.of().formatHex(again))
                    .isEqualTo(HexFormat.of().formatHex(Arrays.copyOf(image, again.length)));
            assertThat(image.length).isBetween(again.length, FrameLayout.aligned(again.length));
        }
        return true;
    }
}
