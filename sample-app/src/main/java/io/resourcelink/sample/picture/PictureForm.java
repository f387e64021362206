package io.resourcelink.sample.picture;

import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;

import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;

import io.resourcelink.sample.picture.PictureException.Problem;

/**
 * What is known of a picture before it is decoded.
 *
 * @param type how its reader delivers it
 * @param conversion from that to the pixels of a frame
 * @param orientation how rows and columns of the file stand in the frame
 * @param width the frame's width
 * @param height the frame's height
 */
record PictureForm(ImageTypeSpecifier type, PixelConversion conversion, Orientation orientation, int width,
        int height) {

    /** No side is longer: JPEG's own limit, and a bound on the few rows that are on the heap while decoding. */
    private static final int LONGEST_SIDE = 65_535;

    static PictureForm read(ImageInputStream in, ImageReader reader, long maxPixels) throws IOException {
        Orientation orientation = reader.getFormatName().equalsIgnoreCase("jpeg")
                ? Exif.orientation(in)
                : Orientation.TOP_LEFT;
        reader.setInput(in, true, true);
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if ((long) width * height > maxPixels || Math.max(width, height) > LONGEST_SIDE) {
            throw new PictureException(Problem.TOO_LARGE, String.format(Locale.ROOT,
                    "The picture has %,d × %,d pixels; %,d in all and %,d a side are the limit.", width, height,
                    maxPixels, LONGEST_SIDE), null);
        }
        Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
        if (!types.hasNext()) {
            throw new PictureException(Problem.UNSUPPORTED, "The picture's colours are of a kind not supported.", null);
        }
        ImageTypeSpecifier type = types.next();
        return new PictureForm(type, PixelConversion.of(type), orientation, orientation.swapped() ? height : width,
                orientation.swapped() ? width : height);
    }
}
