package io.resourcelink.sample.picture;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Locale;

import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

import org.jspecify.annotations.Nullable;

import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.layout.PixelFormat;
import io.resourcelink.sample.picture.PictureException.Problem;

/**
 * An uploaded JPEG or PNG. Opening it reads as much as tells its size, so that a segment of the right size can be made for
 * it; then it is decoded into that, row by row. Not thread-safe; the caller that opens it closes it.
 */
public final class Picture implements AutoCloseable {

    private final ImageInputStream in;
    private final ImageReader reader;
    private final PictureForm form;
    private @Nullable String truncated;

    private Picture(ImageInputStream in, ImageReader reader, PictureForm form) {
        this.in = in;
        this.reader = reader;
        this.form = form;
    }

    /**
     * Opens an upload.
     *
     * @param upload its bytes; stays the caller's to close
     * @param maxPixels how many pixels are accepted
     * @return the picture, not decoded yet
     * @throws PictureException if this is no picture that can be decoded
     * @throws IOException if the upload cannot be read, or there is no room for a temporary copy of it
     */
    public static Picture open(InputStream upload, long maxPixels) throws IOException {
        ImageInputStream in = ImageIO.createImageInputStream(upload);
        ImageReader reader = null;
        try {
            reader = reader(in);
            return new Picture(in, reader, PictureForm.read(in, reader, maxPixels));
        } catch (IOException | RuntimeException e) {
            close(in, reader);
            throw unusable(e);
        }
    }

    private static ImageReader reader(ImageInputStream in) throws IOException {
        if (in.read() < 0) {
            throw new PictureException(Problem.EMPTY, "The file is empty.", null);
        }
        in.seek(0);
        for (Iterator<ImageReader> readers = ImageIO.getImageReaders(in); readers.hasNext();) {
            ImageReader reader = readers.next();
            switch (reader.getFormatName().toLowerCase(Locale.ROOT)) {
                case "jpeg", "png" -> {
                    return reader;
                }
                default -> reader.dispose();
            }
        }
        throw new PictureException(Problem.UNSUPPORTED, "The file is neither a JPEG nor a PNG.", null);
    }

    /** {@return pixels in a row, the picture standing upright} */
    public int width() {
        return form.width();
    }

    /** {@return rows, the picture standing upright} */
    public int height() {
        return form.height();
    }

    /** {@return how its pixels are stored in a frame} */
    public PixelFormat format() {
        return form.conversion().format();
    }

    /**
     * Decodes the picture, once.
     *
     * @param frame where to, of this picture's size and format
     * @throws PictureException if the file turns out to be damaged; the frame then holds a part of the picture
     */
    public void decode(Frame frame) {
        ImageReadParam destination = reader.getDefaultReadParam();
        destination.setDestination(
                FrameRaster.image(form.type(), frame, form.conversion().step(), form.orientation()));
        // A JPEG that ends too early is only warned of, and then filled up with gray.
        reader.addIIOReadWarningListener((source, warning) -> {
            if (warning.toLowerCase(Locale.ROOT).matches(".*(premature|truncated).*")) {
                truncated = warning;
            }
        });
        try {
            reader.read(0, destination);
        } catch (IOException | RuntimeException e) {
            throw unusable(e);
        }
        if (truncated != null) {
            throw new PictureException(Problem.DAMAGED, "The picture ends before its last row.", null);
        }
    }

    /** Image I/O's readers answer bytes that make no sense with whatever exception these lead to. */
    private static PictureException unusable(Exception e) {
        return e instanceof PictureException known
                ? known
                : new PictureException(Problem.DAMAGED, "The picture is damaged and cannot be decoded.", e);
    }

    private static void close(ImageInputStream in, @Nullable ImageReader reader) throws IOException {
        if (reader != null) {
            reader.dispose();
        }
        in.close();
    }

    @Override
    public void close() throws IOException {
        close(in, reader);
    }
}
