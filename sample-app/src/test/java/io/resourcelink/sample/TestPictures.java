package io.resourcelink.sample;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.random.RandomGenerator;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Pictures for tests, drawn when they are needed. */
public final class TestPictures {

    private TestPictures() {}

    /**
     * {@return a picture with gradients, a bright square and some noise}
     *
     * @param width pixels in a row
     * @param height rows
     * @param type one of the types of {@link BufferedImage}
     */
    public static BufferedImage draw(int width, int height, int type) {
        BufferedImage image = new BufferedImage(width, height, type);
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean square = Math.abs(x - width / 2) < width / 4 && Math.abs(y - height / 2) < height / 4;
                int red = square ? 250 : 20 + 180 * x / width;
                int green = square ? 240 - 40 * y / height : 30 + 150 * y / height;
                int blue = random.nextInt(40, 80);
                int alpha = 255 - 200 * x / width;
                image.setRGB(x, y, alpha << 24 | red << 16 | green << 8 | blue);
            }
        }
        return image;
    }

    /**
     * Fills the raster itself, without any conversion of colours, with samples over their whole range.
     *
     * @param image what to fill
     * @return the same image
     */
    public static BufferedImage fill(BufferedImage image) {
        WritableRaster raster = image.getRaster();
        int highest = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
        for (int y = 0; y < raster.getHeight(); y++) {
            for (int x = 0; x < raster.getWidth(); x++) {
                for (int band = 0; band < raster.getNumBands(); band++) {
                    int sample = (x * 7919 + y * 104_729 + band * 1_299_709) & highest;
                    raster.setSample(x, y, band, sample);
                }
            }
        }
        return image;
    }

    /**
     * {@return a PNG of an image}
     *
     * @param image what to encode
     */
    public static byte[] png(BufferedImage image) {
        return encode("png", new IIOImage(image, null, null), false);
    }

    /**
     * {@return a PNG that shows the whole image coarsely first}
     *
     * @param image what to encode
     */
    public static byte[] interlacedPng(BufferedImage image) {
        return encode("png", new IIOImage(image, null, null), true);
    }

    /**
     * {@return a JPEG of an image}
     *
     * @param image what to encode
     */
    public static byte[] jpeg(BufferedImage image) {
        return encode("jpeg", new IIOImage(image, null, null), false);
    }

    /**
     * {@return a JPEG that shows the whole image coarsely first}
     *
     * @param image what to encode
     */
    public static byte[] progressiveJpeg(BufferedImage image) {
        return encode("jpeg", new IIOImage(image, null, null), true);
    }

    /**
     * {@return a JPEG of a raster's bands as they are: four of them make inks}
     *
     * @param raster what to encode
     */
    public static byte[] jpeg(WritableRaster raster) {
        return encode("jpeg", new IIOImage(raster, null, null), false);
    }

    /**
     * {@return an image in some format that Image I/O can write}
     *
     * @param format the format's name
     * @param image what to encode
     */
    public static byte[] encode(String format, BufferedImage image) {
        return encode(format, new IIOImage(image, null, null), false);
    }

    private static byte[] encode(String format, IIOImage image, boolean progressive) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            if (progressive) {
                param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            }
            writer.setOutput(out);
            writer.write(null, image, param);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
