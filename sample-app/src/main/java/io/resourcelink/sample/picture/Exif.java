package io.resourcelink.sample.picture;

import java.io.IOException;
import java.nio.ByteOrder;

import javax.imageio.stream.ImageInputStream;

/**
 * The one thing this sample wants to know of a JPEG's Exif segment (CIPA DC-008, a TIFF directory inside marker APP1).
 * Where it is missing or makes no sense the picture is taken as it is.
 */
final class Exif {

    private static final int START_OF_IMAGE = 0xFFD8;
    private static final int START_OF_SCAN = 0xFFDA;
    private static final int APP1 = 0xFFE1;
    private static final int EXIF = 0x45786966;
    private static final int LITTLE_ENDIAN = 0x4949;
    private static final int ORIENTATION = 0x0112;

    private Exif() {}

    /** Reads the orientation and puts the stream back to its start. */
    static Orientation orientation(ImageInputStream jpeg) throws IOException {
        jpeg.seek(0);
        try {
            return search(jpeg);
        } catch (IOException | IndexOutOfBoundsException e) {
            return Orientation.TOP_LEFT;
        } finally {
            jpeg.setByteOrder(ByteOrder.BIG_ENDIAN);
            jpeg.seek(0);
        }
    }

    private static Orientation search(ImageInputStream jpeg) throws IOException {
        if (jpeg.readUnsignedShort() != START_OF_IMAGE) {
            return Orientation.TOP_LEFT;
        }
        for (int marker = jpeg.readUnsignedShort(); marker > 0xFF00
                && marker != START_OF_SCAN; marker = jpeg.readUnsignedShort()) {
            long start = jpeg.getStreamPosition();
            int length = jpeg.readUnsignedShort();
            if (marker == APP1 && jpeg.readInt() == EXIF) {
                jpeg.readUnsignedShort();
                return directory(jpeg, jpeg.getStreamPosition());
            }
            jpeg.seek(start + length);
        }
        return Orientation.TOP_LEFT;
    }

    private static Orientation directory(ImageInputStream jpeg, long tiff) throws IOException {
        if (jpeg.readUnsignedShort() == LITTLE_ENDIAN) {
            jpeg.setByteOrder(ByteOrder.LITTLE_ENDIAN);
        }
        jpeg.readUnsignedShort();
        jpeg.seek(tiff + jpeg.readUnsignedInt());
        int entries = jpeg.readUnsignedShort();
        for (int i = 0; i < entries; i++) {
            int tag = jpeg.readUnsignedShort();
            jpeg.skipBytes(6);
            int value = jpeg.readUnsignedShort();
            jpeg.skipBytes(2);
            if (tag == ORIENTATION) {
                return Orientation.ofExif(value);
            }
        }
        return Orientation.TOP_LEFT;
    }
}
