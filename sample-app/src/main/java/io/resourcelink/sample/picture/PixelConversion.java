package io.resourcelink.sample.picture;

import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.SampleModel;
import java.util.Arrays;

import javax.imageio.ImageTypeSpecifier;

import io.resourcelink.sample.layout.PixelFormat;

/**
 * From the samples that an image reader delivers to the bytes of a frame.
 *
 * @param format what comes out
 * @param step how a run of pixels is converted
 */
record PixelConversion(PixelFormat format, Step step) {

    @FunctionalInterface
    interface Step {
        /** Converts some pixels, from the start of one array to the start of the other. */
        void convert(int[] samples, int pixels, byte[] bytes);
    }

    /** The conversion for a file whose reader offers its pixels in this form, before any conversion of its own. */
    static PixelConversion of(ImageTypeSpecifier type) {
        ColorModel colors = type.getColorModel();
        if (colors instanceof IndexColorModel palette) {
            return palette(palette);
        }
        SampleModel samples = type.getSampleModel();
        byte[] scale = scale(samples.getSampleSize(0));
        return switch (samples.getNumBands()) {
            case 1 -> new PixelConversion(PixelFormat.GRAY, each(1, scale));
            case 2 -> new PixelConversion(PixelFormat.RGBA, grayAndAlpha(scale));
            case 3 -> new PixelConversion(PixelFormat.RGB, each(3, scale));
            default -> colors.hasAlpha()
                    ? new PixelConversion(PixelFormat.RGBA, each(4, scale))
                    : new PixelConversion(PixelFormat.RGB, PixelConversion::inks);
        };
    }

    /** What a sample of so many bits is in eight. */
    private static byte[] scale(int bits) {
        int highest = (1 << bits) - 1;
        byte[] scale = new byte[highest + 1];
        for (int sample = 0; sample <= highest; sample++) {
            scale[sample] = (byte) ((sample * 255L + highest / 2) / highest);
        }
        return scale;
    }

    private static Step each(int bands, byte[] scale) {
        return (samples, pixels, bytes) -> {
            for (int i = 0; i < pixels * bands; i++) {
                bytes[i] = scale[samples[i]];
            }
        };
    }

    private static Step grayAndAlpha(byte[] scale) {
        return (samples, pixels, bytes) -> {
            for (int i = 0; i < pixels; i++) {
                Arrays.fill(bytes, 4 * i, 4 * i + 3, scale[samples[2 * i]]);
                bytes[4 * i + 3] = scale[samples[2 * i + 1]];
            }
        };
    }

    /** The plain formula for cyan, magenta, yellow and black: without the printer's profile nothing better is known. */
    private static void inks(int[] samples, int pixels, byte[] bytes) {
        for (int i = 0; i < pixels; i++) {
            int light = 255 - samples[4 * i + 3];
            for (int band = 0; band < 3; band++) {
                bytes[3 * i + band] = (byte) ((255 - samples[4 * i + band]) * light / 255);
            }
        }
    }

    private static PixelConversion palette(IndexColorModel palette) {
        int[] colors = new int[palette.getMapSize()];
        palette.getRGBs(colors);
        if (palette.hasAlpha()) {
            return new PixelConversion(PixelFormat.RGBA, (samples, pixels, bytes) -> {
                for (int i = 0; i < pixels; i++) {
                    putColor(colors[samples[i]], bytes, 4 * i);
                    bytes[4 * i + 3] = (byte) (colors[samples[i]] >>> 24);
                }
            });
        }
        if (Arrays.stream(colors).allMatch(PixelConversion::isGray)) {
            return new PixelConversion(PixelFormat.GRAY, (samples, pixels, bytes) -> {
                for (int i = 0; i < pixels; i++) {
                    bytes[i] = (byte) colors[samples[i]];
                }
            });
        }
        return new PixelConversion(PixelFormat.RGB, (samples, pixels, bytes) -> {
            for (int i = 0; i < pixels; i++) {
                putColor(colors[samples[i]], bytes, 3 * i);
            }
        });
    }

    private static boolean isGray(int color) {
        return (color & 0xFF) == (color >> 8 & 0xFF) && (color & 0xFF) == (color >> 16 & 0xFF);
    }

    private static void putColor(int color, byte[] bytes, int at) {
        bytes[at] = (byte) (color >> 16);
        bytes[at + 1] = (byte) (color >> 8);
        bytes[at + 2] = (byte) color;
    }
}
