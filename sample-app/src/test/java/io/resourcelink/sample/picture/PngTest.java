package io.resourcelink.sample.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.layout.PixelFormat;

import static org.assertj.core.api.Assertions.assertThat;

class PngTest {

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsRead(PixelFormat format) throws IOException {
        // Noise, so that more than one chunk is needed.
        byte[] pixels = new byte[301 * 203 * format.bytes()];
        RandomGenerator.getDefault().nextBytes(pixels);

        BufferedImage read = write(frame(301, 203, format, pixels), 301, Shrink.MEAN);

        assertThat(read.getWidth()).isEqualTo(301);
        assertThat(read.getHeight()).isEqualTo(203);
        assertThat(samples(read)).isEqualTo(pixels);
    }

    @Test
    void aNarrowerPictureIsTheMeanOfItsPixels() throws IOException {
        BufferedImage read = write(frame(3, 3, PixelFormat.GRAY,
                0, 40, 7,
                80, 120, 9,
                50, 60, 200), 2, Shrink.MEAN);
        assertThat(samples(read)).containsExactly((byte) 60, (byte) 8, (byte) 55, (byte) 200);
    }

    @Test
    void aNarrowerPictureOfLinesKeepsTheStrongest() throws IOException {
        BufferedImage read = write(frame(3, 3, PixelFormat.GRAY,
                0, 40, 7,
                80, 220, 9,
                50, 60, 200), 2, Shrink.STRONGEST);
        assertThat(samples(read)).containsExactly((byte) 220, (byte) 9, (byte) 60, (byte) 200);
    }

    @Test
    void whatCannotBeSeenDoesNotTaintAMean() throws IOException {
        BufferedImage read = write(frame(2, 1, PixelFormat.RGBA, 255, 0, 0, 0, 0, 0, 200, 128), 1, Shrink.MEAN);
        assertThat(samples(read)).containsExactly((byte) 0, (byte) 0, (byte) 200, (byte) 64);
    }

    private static BufferedImage write(Frame frame, int widest, Shrink how) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        Png.write(frame, widest, how, png);
        return ImageIO.read(new ByteArrayInputStream(png.toByteArray()));
    }

    private static Frame frame(int width, int height, PixelFormat format, int... samples) {
        byte[] pixels = new byte[samples.length];
        for (int i = 0; i < samples.length; i++) {
            pixels[i] = (byte) samples[i];
        }
        return frame(width, height, format, pixels);
    }

    private static Frame frame(int width, int height, PixelFormat format, byte[] pixels) {
        Frame frame = Frame.create(MemorySegment.ofArray(new byte[(int) Frame.bytes(width, height, format)]), width,
                height, format);
        MemorySegment.copy(pixels, 0, frame.pixels(), ValueLayout.JAVA_BYTE, 0, pixels.length);
        return frame;
    }

    private static byte[] samples(BufferedImage image) {
        int[] samples = image.getRaster().getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
        byte[] bytes = new byte[samples.length];
        for (int i = 0; i < samples.length; i++) {
            bytes[i] = (byte) samples[i];
        }
        return bytes;
    }
}
