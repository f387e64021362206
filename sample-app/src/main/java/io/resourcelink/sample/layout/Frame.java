package io.resourcelink.sample.layout;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A picture as raw pixels in a segment's payload. Rows follow one another from the top without gaps, pixels from the
 * left.
 *
 * <pre>
 *  offset  size  field (little-endian)
 *       0     4  magic 0x314D5246, "FRM1"
 *       4     4  width in pixels
 *       8     4  height in pixels
 *      12     4  bytes per pixel: 1 gray, 3 RGB, 4 RGBA
 *      16    48  zero
 *      64     …  width * height pixels
 * </pre>
 *
 * @param width pixels in a row
 * @param height rows
 * @param format how a pixel is stored
 * @param pixels the pixels themselves, in shared memory; nothing is copied
 */
public record Frame(int width, int height, PixelFormat format, MemorySegment pixels) {

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final long HEADER = 64;

    private static final int MAGIC = 0x314D5246;
    private static final long MAGIC_AT = 0;
    private static final long WIDTH_AT = MAGIC_AT + Integer.BYTES;
    private static final long HEIGHT_AT = WIDTH_AT + Integer.BYTES;
    private static final long FORMAT_AT = HEIGHT_AT + Integer.BYTES;

    /**
     * {@return the payload a frame needs, in bytes}
     *
     * @param width pixels in a row
     * @param height rows
     * @param format how a pixel is stored
     */
    public static long bytes(int width, int height, PixelFormat format) {
        return HEADER + (long) width * height * format.bytes();
    }

    /**
     * {@return a new frame, its header written and its pixels still as they were}
     *
     * @param payload a segment's payload of at least {@link #bytes} bytes
     * @param width pixels in a row
     * @param height rows
     * @param format how a pixel is stored
     */
    public static Frame create(MemorySegment payload, int width, int height, PixelFormat format) {
        MemorySegment pixels = payload.asSlice(HEADER, bytes(width, height, format) - HEADER);
        payload.set(INT, WIDTH_AT, width);
        payload.set(INT, HEIGHT_AT, height);
        payload.set(INT, FORMAT_AT, format.bytes());
        payload.set(INT, MAGIC_AT, MAGIC);
        return new Frame(width, height, format, pixels);
    }

    /**
     * {@return the frame in a payload that another process wrote, after checking that it can be one}
     *
     * @param payload a segment's payload
     * @throws IllegalArgumentException if this is no frame, or a larger one than the payload holds
     */
    public static Frame read(MemorySegment payload) {
        if (payload.byteSize() < HEADER || payload.get(INT, MAGIC_AT) != MAGIC) {
            throw new IllegalArgumentException("The segment holds no frame.");
        }
        int width = payload.get(INT, WIDTH_AT);
        int height = payload.get(INT, HEIGHT_AT);
        PixelFormat format = PixelFormat.ofBytes(payload.get(INT, FORMAT_AT));
        // Divided rather than multiplied: these are numbers that another process wrote, and their product may overflow.
        if (width <= 0 || height <= 0 || height > (payload.byteSize() - HEADER) / format.bytes() / width) {
            throw new IllegalArgumentException("A frame of " + width + " × " + height + " " + format
                    + " pixels does not fit a payload of " + payload.byteSize() + " bytes.");
        }
        return new Frame(width, height, format, payload.asSlice(HEADER, bytes(width, height, format) - HEADER));
    }

    /**
     * {@return where a row starts, in bytes from the start of the pixels}
     *
     * @param y the row, 0 is the top
     */
    public long row(int y) {
        return (long) y * width * format.bytes();
    }

    /** {@return a checksum of all pixels} In Java, because native code would end the JVM if another process truncated the file. */
    public int checksum() {
        int sum = 1;
        for (long at = 0; at < pixels.byteSize(); at++) {
            sum = 31 * sum + pixels.get(ValueLayout.JAVA_BYTE, at);
        }
        return sum;
    }
}
