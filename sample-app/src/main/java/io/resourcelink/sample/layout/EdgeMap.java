package io.resourcelink.sample.layout;

import java.lang.foreign.MemorySegment;

/**
 * What the worker finds in a {@link Frame}: how strong the edge is at each pixel, and how often each luminance occurs.
 *
 * <pre>
 *  offset  size  field (little-endian)
 *       0     4  magic 0x31474445, "EDG1"
 *       4     4  width in pixels
 *       8     4  height in pixels
 *      12    52  zero
 *      64  1024  256 counts of 4 bytes: pixels with luminance 0, 1, … 255
 *    1088     …  width * height bytes: 0 no edge, 255 a strong one
 * </pre>
 *
 * @param width pixels in a row
 * @param height rows
 * @param counts the 256 counts
 * @param edges one byte per pixel, rows from the top
 */
public record EdgeMap(int width, int height, MemorySegment counts, MemorySegment edges) {

    /** Different values of luminance. */
    public static final int LEVELS = 256;

    private static final int MAGIC = 0x31474445;
    private static final long MAGIC_AT = 0;
    private static final long WIDTH_AT = MAGIC_AT + Integer.BYTES;
    private static final long HEIGHT_AT = WIDTH_AT + Integer.BYTES;
    private static final long COUNTS_AT = Frame.HEADER;
    private static final long COUNTS_BYTES = (long) LEVELS * Integer.BYTES;
    private static final long EDGES_AT = COUNTS_AT + COUNTS_BYTES;

    /**
     * {@return the payload an edge map needs, in bytes}
     *
     * @param width pixels in a row
     * @param height rows
     */
    public static long bytes(int width, int height) {
        return EDGES_AT + (long) width * height;
    }

    /**
     * {@return a new edge map, its header written and the rest still as it was}
     *
     * @param payload a segment's payload of at least {@link #bytes} bytes
     * @param width pixels in a row
     * @param height rows
     */
    public static EdgeMap create(MemorySegment payload, int width, int height) {
        EdgeMap map = slice(payload, width, height);
        payload.set(Frame.INT, WIDTH_AT, width);
        payload.set(Frame.INT, HEIGHT_AT, height);
        payload.set(Frame.INT, MAGIC_AT, MAGIC);
        return map;
    }

    /**
     * {@return the edge map in a payload that another process wrote, after checking that it can be one}
     *
     * @param payload a segment's payload
     * @throws IllegalArgumentException if this is no edge map, or a larger one than the payload holds
     */
    public static EdgeMap read(MemorySegment payload) {
        if (payload.byteSize() < EDGES_AT || payload.get(Frame.INT, MAGIC_AT) != MAGIC) {
            throw new IllegalArgumentException("The segment holds no edge map.");
        }
        int width = payload.get(Frame.INT, WIDTH_AT);
        int height = payload.get(Frame.INT, HEIGHT_AT);
        if (width <= 0 || height <= 0 || bytes(width, height) > payload.byteSize()) {
            throw new IllegalArgumentException("An edge map of " + width + " × " + height
                    + " pixels does not fit a payload of " + payload.byteSize() + " bytes.");
        }
        return slice(payload, width, height);
    }

    private static EdgeMap slice(MemorySegment payload, int width, int height) {
        return new EdgeMap(width, height, payload.asSlice(COUNTS_AT, COUNTS_BYTES),
                payload.asSlice(EDGES_AT, (long) width * height));
    }

    /** {@return the edges as a picture in shades of gray; nothing is copied} */
    public Frame picture() {
        return new Frame(width, height, PixelFormat.GRAY, edges);
    }

    /** {@return a copy of the 256 counts} */
    public int[] histogram() {
        return counts.toArray(Frame.INT);
    }

    /**
     * Writes the counts.
     *
     * @param histogram 256 counts
     */
    public void histogram(int[] histogram) {
        MemorySegment.copy(histogram, 0, counts, Frame.INT, 0, LEVELS);
    }
}
