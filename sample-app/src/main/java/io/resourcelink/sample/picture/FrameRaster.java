package io.resourcelink.sample.picture;

import java.awt.Point;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import javax.imageio.ImageTypeSpecifier;

import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.picture.PictureException.Problem;

/**
 * What an image reader takes for the raster of its destination: whatever it writes is converted and put where it belongs
 * in a frame, so that a picture is decoded straight into shared memory. Image I/O delivers rows (JPEG) or single pixels
 * (PNG), and these two ways in are all this raster has; nothing can be read from it.
 */
final class FrameRaster extends WritableRaster {

    /** Encoders store a picture in ten passes or so. Each costs the decoding of a whole picture. */
    private static final int MOST_PASSES = 64;

    private final Frame frame;
    private final PixelConversion.Step conversion;
    private final int[] samples;
    private final byte[] bytes;
    // Orientations are linear: the first pixel's place, and what one to the right and one down add to it, say it all.
    private final long first;
    private final long across;
    private final long down;
    private long rowsLeft;

    private FrameRaster(SampleModel model, Frame frame, PixelConversion.Step conversion, Orientation orientation) {
        super(model, new Nothing(model.getDataType()), new Point());
        int pixelBytes = frame.format().bytes();
        this.frame = frame;
        this.conversion = conversion;
        this.samples = new int[width * numBands];
        this.bytes = new byte[width * pixelBytes];
        long origin = orientation.index(0, 0, frame.width(), frame.height());
        this.first = origin * pixelBytes;
        this.across = (orientation.index(1, 0, frame.width(), frame.height()) - origin) * pixelBytes;
        this.rowsLeft = (long) MOST_PASSES * height;
        this.down = (orientation.index(0, 1, frame.width(), frame.height()) - origin) * pixelBytes;
    }

    /** An image for a reader to write to, of the form that the reader offers by itself. */
    static BufferedImage image(ImageTypeSpecifier type, Frame frame, PixelConversion.Step conversion,
            Orientation orientation) {
        SampleModel model = orientation.swapped()
                ? type.getSampleModel(frame.height(), frame.width())
                : type.getSampleModel(frame.width(), frame.height());
        return new BufferedImage(type.getColorModel(), new FrameRaster(model, frame, conversion, orientation),
                type.getColorModel().isAlphaPremultiplied(), null);
    }

    @Override
    public void setRect(int dx, int dy, Raster source) {
        if (rowsLeft-- == 0) {
            throw new PictureException(Problem.UNSUPPORTED, "The picture is stored in more than 64 passes.", null);
        }
        int pixels = source.getWidth();
        for (int row = 0; row < source.getHeight(); row++) {
            source.getPixels(source.getMinX(), source.getMinY() + row, pixels, 1, samples);
            conversion.convert(samples, pixels, bytes);
            put(dx + source.getMinX(), dy + source.getMinY() + row, pixels);
        }
    }

    @Override
    public void setPixel(int x, int y, int[] pixel) {
        conversion.convert(pixel, 1, bytes);
        put(x, y, 1);
    }

    private void put(int x, int y, int pixels) {
        int pixelBytes = frame.format().bytes();
        long at = first + x * across + y * down;
        if (across == pixelBytes && pixels > 1) {
            MemorySegment.copy(bytes, 0, frame.pixels(), ValueLayout.JAVA_BYTE, at, pixels * pixelBytes);
            return;
        }
        for (int i = 0; i < pixels * pixelBytes; i += pixelBytes, at += across) {
            for (int band = 0; band < pixelBytes; band++) {
                frame.pixels().set(ValueLayout.JAVA_BYTE, at + band, bytes[i + band]);
            }
        }
    }

    /** A raster must have a buffer of one element at least, from JDK 27 on. This one has no storage: every access fails. */
    private static final class Nothing extends DataBuffer {

        Nothing(int dataType) {
            super(dataType, 1);
        }

        @Override
        public int getElem(int bank, int i) {
            throw new UnsupportedOperationException("A frame is written by rows and pixels only.");
        }

        @Override
        public void setElem(int bank, int i, int value) {
            throw new UnsupportedOperationException("A frame is written by rows and pixels only.");
        }
    }
}
