package io.resourcelink.sample.picture;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;

import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.sample.TestPictures;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.layout.PixelFormat;
import io.resourcelink.sample.picture.PictureException.Problem;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PictureTest {

    private static final int WIDTH = 61;
    private static final int HEIGHT = 37;

    @Test
    void aColourJpegIsWhatImageIoMakesOfIt() throws IOException {
        byte[] jpeg = TestPictures.jpeg(TestPictures.draw(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB));
        assertColours(decode(jpeg), PixelFormat.RGB, ImageIO.read(new ByteArrayInputStream(jpeg)));
    }

    @Test
    void aProgressiveJpegIsWhatImageIoMakesOfIt() throws IOException {
        byte[] jpeg = TestPictures.progressiveJpeg(TestPictures.draw(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB));
        assertColours(decode(jpeg), PixelFormat.RGB, ImageIO.read(new ByteArrayInputStream(jpeg)));
    }

    @Test
    void aGrayJpegStaysGray() throws IOException {
        byte[] jpeg = TestPictures.jpeg(TestPictures.draw(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY));
        assertShades(decode(jpeg), ImageIO.read(new ByteArrayInputStream(jpeg)));
    }

    @Test
    void aJpegOfInksBecomesColours() {
        WritableRaster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                // Inks are stored inverted: 255 is no ink. Here: all cyan, no magenta, half the yellow, no black.
                inks.setPixel(x, y, new int[]{ 0, 255, 128, 255 });
            }
        }
        Frame frame = decode(TestPictures.jpeg(inks));
        assertThat(frame.format()).isEqualTo(PixelFormat.RGB);
        assertThat(pixel(frame, 8, 8)).containsExactly(0, 255, 128);
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void aPngKeepsItsColours(boolean interlaced) {
        BufferedImage image = TestPictures.draw(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Frame frame = decode(interlaced ? TestPictures.interlacedPng(image) : TestPictures.png(image));
        assertColours(frame, PixelFormat.RGB, image);
    }

    @Test
    void aPngKeepsItsTransparency() {
        BufferedImage image = TestPictures.draw(WIDTH, HEIGHT, BufferedImage.TYPE_INT_ARGB);
        assertColours(decode(TestPictures.png(image)), PixelFormat.RGBA, image);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 4, 8 })
    void aPaletteIsLookedUp(int bits) {
        int colors = 1 << bits;
        byte[] red = new byte[colors];
        byte[] green = new byte[colors];
        byte[] blue = new byte[colors];
        for (int i = 0; i < colors; i++) {
            red[i] = (byte) (i * 255 / (colors - 1));
            green[i] = (byte) (255 - i);
            blue[i] = (byte) (i * 3);
        }
        BufferedImage image = indexed(new IndexColorModel(bits, colors, red, green, blue));
        assertColours(decode(TestPictures.png(image)), PixelFormat.RGB, image);
    }

    @Test
    void aPaletteMayBeTransparent() {
        BufferedImage image = indexed(
                new IndexColorModel(2, 4, new int[]{ 0xFF102030, 0x80FF0000, 0x0000FF00, 0x40FFFFFF },
                        0, true, -1, DataBuffer.TYPE_BYTE));
        assertColours(decode(TestPictures.png(image)), PixelFormat.RGBA, image);
    }

    @ParameterizedTest
    @CsvSource({ "1, 8", "1, 16", "2, 8", "2, 16", "3, 16", "4, 16" })
    void samplesOfAnyDepthBecomeEightBits(int bands, int bits) {
        ColorSpace space = ColorSpace.getInstance(bands < 3 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB);
        boolean alpha = bands % 2 == 0;
        ColorModel model = new ComponentColorModel(space, alpha, false,
                alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
                bits == 8 ? DataBuffer.TYPE_BYTE : DataBuffer.TYPE_USHORT);
        BufferedImage image = TestPictures.fill(new BufferedImage(model,
                model.createCompatibleWritableRaster(WIDTH, HEIGHT), false, null));

        Frame frame = decode(TestPictures.png(image));

        int highest = (1 << bits) - 1;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int[] samples = Arrays.stream(image.getRaster().getPixel(x, y, (int[]) null))
                        .map(sample -> Math.round(sample * 255f / highest)).toArray();
                assertThat(pixel(frame, x, y)).isEqualTo(
                        bands == 2 ? new int[]{ samples[0], samples[0], samples[0], samples[1] } : samples);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 8 })
    void aPictureStandsUpright(int orientation) throws IOException {
        byte[] jpeg = TestPictures.jpeg(TestPictures.draw(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB));
        BufferedImage stored = ImageIO.read(new ByteArrayInputStream(jpeg));
        boolean swapped = orientation > 4;
        int right = WIDTH - 1;
        int bottom = HEIGHT - 1;
        BufferedImage upright = new BufferedImage(swapped ? HEIGHT : WIDTH, swapped ? WIDTH : HEIGHT,
                BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < upright.getHeight(); y++) {
            for (int x = 0; x < upright.getWidth(); x++) {
                upright.setRGB(x, y, switch (orientation) {
                    case 1 -> stored.getRGB(x, y);
                    case 2 -> stored.getRGB(right - x, y);
                    case 3 -> stored.getRGB(right - x, bottom - y);
                    case 4 -> stored.getRGB(x, bottom - y);
                    case 5 -> stored.getRGB(y, x);
                    case 6 -> stored.getRGB(y, bottom - x);
                    case 7 -> stored.getRGB(right - y, bottom - x);
                    default -> stored.getRGB(right - y, x);
                });
            }
        }
        assertColours(decode(withExif(jpeg, orientation)), PixelFormat.RGB, upright);
    }

    @Test
    void aPictureWithNonsenseForExifIsTakenAsItIs() throws IOException {
        byte[] jpeg = TestPictures.jpeg(TestPictures.draw(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB));
        assertColours(decode(withExif(jpeg, 4711)), PixelFormat.RGB, ImageIO.read(new ByteArrayInputStream(jpeg)));
    }

    @Test
    void anEmptyFileIsNoPicture() {
        assertRefused(new byte[0], Problem.EMPTY, "The file is empty.");
    }

    @Test
    void textIsNoPicture() {
        assertRefused("Not a picture".getBytes(US_ASCII), Problem.UNSUPPORTED, "The file is neither a JPEG nor a PNG.");
    }

    @Test
    void otherFormatsAreNotTaken() {
        byte[] gif = TestPictures.encode("gif", TestPictures.draw(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_INDEXED));
        assertRefused(gif, Problem.UNSUPPORTED, "The file is neither a JPEG nor a PNG.");
    }

    @ParameterizedTest
    @ValueSource(strings = { "jpeg", "png" })
    void aFileCutOffAnywhereIsRefused(String format) {
        byte[] whole = TestPictures.encode(format, TestPictures.draw(200, 100, BufferedImage.TYPE_INT_RGB));
        for (int length = 1; length < whole.length * 9 / 10; length += 97) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(PictureException.class).as("%d bytes", length).isThrownBy(() -> decode(part))
                    .extracting(PictureException::problem).isIn(Problem.DAMAGED, Problem.UNSUPPORTED);
        }
    }

    @ParameterizedTest
    @CsvSource({ "8000, 7000", "2000000000, 2000000000", "65536, 1" })
    void aHugePictureIsRefusedForItsHeaderAlone(int width, int height) {
        byte[] png = TestPictures.png(TestPictures.draw(8, 8, BufferedImage.TYPE_INT_RGB));
        ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
        assertThatExceptionOfType(PictureException.class).isThrownBy(() -> decode(png))
                .withMessageContaining("%,d × %,d pixels".formatted(width, height))
                .extracting(PictureException::problem).isEqualTo(Problem.TOO_LARGE);
    }

    @Test
    void passesWithoutEndAreStopped() {
        BufferedImage row = TestPictures.draw(4, 1, BufferedImage.TYPE_INT_RGB);
        ImageTypeSpecifier type = ImageTypeSpecifier.createFromRenderedImage(row);
        Frame frame = Frame.create(MemorySegment.ofArray(new byte[(int) Frame.bytes(4, 1, PixelFormat.RGB)]), 4, 1,
                PixelFormat.RGB);
        WritableRaster raster = FrameRaster
                .image(type, frame, PixelConversion.of(type).step(), Orientation.TOP_LEFT).getRaster();
        for (int pass = 0; pass < 64; pass++) {
            raster.setRect(row.getRaster());
        }
        assertThatExceptionOfType(PictureException.class).isThrownBy(() -> raster.setRect(row.getRaster()));
    }

    /** JDK 27 refuses a buffer of no elements. */
    @Test
    void theRasterHasABufferThatEveryJdkAccepts() {
        ImageTypeSpecifier type = ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_3BYTE_BGR);
        Frame frame = Frame.create(MemorySegment.ofArray(new byte[(int) Frame.bytes(4, 1, PixelFormat.RGB)]), 4, 1,
                PixelFormat.RGB);
        DataBuffer buffer = FrameRaster.image(type, frame, PixelConversion.of(type).step(), Orientation.TOP_LEFT)
                .getRaster().getDataBuffer();
        assertThat(buffer.getSize()).isPositive();
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> buffer.getElem(0));
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> buffer.setElem(0, 1));
    }

    private static BufferedImage indexed(IndexColorModel palette) {
        return TestPictures.fill(new BufferedImage(palette, palette.createCompatibleWritableRaster(WIDTH, HEIGHT),
                false, null));
    }

    /** The file with an Exif segment put in after its first marker, little-endian, with one entry. */
    private static byte[] withExif(byte[] jpeg, int orientation) {
        return ByteBuffer.allocate(jpeg.length + 36).put(jpeg, 0, 2)
                .putShort((short) 0xFFE1).putShort((short) 34).put("Exif\0\0".getBytes(US_ASCII))
                .put("II*\0".getBytes(US_ASCII)).putInt(Integer.reverseBytes(8)).putShort(Short.reverseBytes((short) 1))
                .putShort(Short.reverseBytes((short) 0x0112)).putShort(Short.reverseBytes((short) 3))
                .putInt(Integer.reverseBytes(1)).putShort(Short.reverseBytes((short) orientation)).putShort((short) 0)
                .putInt(0).put(jpeg, 2, jpeg.length - 2).array();
    }

    private static Frame decode(byte[] file) {
        try (Picture picture = Picture.open(new ByteArrayInputStream(file), 50_000_000)) {
            int size = (int) Frame.bytes(picture.width(), picture.height(), picture.format());
            Frame frame = Frame.create(MemorySegment.ofArray(new byte[size]), picture.width(), picture.height(),
                    picture.format());
            picture.decode(frame);
            return frame;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(byte[] file, Problem problem, String sentence) {
        assertThatExceptionOfType(PictureException.class).isThrownBy(() -> decode(file)).withMessage(sentence)
                .extracting(PictureException::problem).isEqualTo(problem);
    }

    private static void assertShades(Frame frame, BufferedImage expected) {
        assertThat(frame.format()).isEqualTo(PixelFormat.GRAY);
        for (int y = 0; y < frame.height(); y++) {
            for (int x = 0; x < frame.width(); x++) {
                assertThat(pixel(frame, x, y)).as("%d, %d", x, y)
                        .containsExactly(expected.getRaster().getSample(x, y, 0));
            }
        }
    }

    private static void assertColours(Frame frame, PixelFormat format, BufferedImage expected) {
        assertThat(frame.format()).isEqualTo(format);
        assertThat(frame.width()).isEqualTo(expected.getWidth());
        assertThat(frame.height()).isEqualTo(expected.getHeight());
        for (int y = 0; y < frame.height(); y++) {
            for (int x = 0; x < frame.width(); x++) {
                int color = expected.getRGB(x, y);
                int[] samples = { color >> 16 & 0xFF, color >> 8 & 0xFF, color & 0xFF, color >>> 24 };
                assertThat(pixel(frame, x, y)).as("%d, %d", x, y).isEqualTo(Arrays.copyOf(samples, format.bytes()));
            }
        }
    }

    private static int[] pixel(Frame frame, int x, int y) {
        int[] samples = new int[frame.format().bytes()];
        for (int band = 0; band < samples.length; band++) {
            samples[band] = Byte.toUnsignedInt(frame.pixels().get(ValueLayout.JAVA_BYTE,
                    frame.row(y) + (long) x * samples.length + band));
        }
        return samples;
    }
}
