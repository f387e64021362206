package io.resourcelink.sample.worker;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.resourcelink.sample.layout.EdgeMap;
import io.resourcelink.sample.layout.Frame;

/**
 * Finds edges with Sobel's operator and counts luminance, in one pass over the frame where it lies. On the heap are four
 * rows, whatever the picture's size.
 *
 * <p>Luminance is {@code (77 R + 150 G + 29 B + 128) / 256} (ITU-R BT.601), for gray pixels the shade itself; alpha is not
 * looked at. An edge is the length of the gradient, cut off at 255. Beyond its border the picture goes on with the border's
 * pixels. Used for one frame by one thread.
 */
final class EdgeFinder {

    private final Frame frame;
    private final int[] histogram = new int[EdgeMap.LEVELS];

    private EdgeFinder(Frame frame) {
        this.frame = frame;
    }

    static void find(Frame frame, EdgeMap result) {
        new EdgeFinder(frame).into(result);
    }

    private void into(EdgeMap result) {
        int width = frame.width();
        int last = frame.height() - 1;
        byte[] edges = new byte[width];
        int[] above = new int[width + 2];
        int[] here = new int[width + 2];
        int[] below = new int[width + 2];
        luminance(0, here);
        System.arraycopy(here, 0, above, 0, here.length);
        for (int y = 0; y <= last; y++) {
            if (y < last) {
                luminance(y + 1, below);
            } else {
                System.arraycopy(here, 0, below, 0, here.length);
            }
            sobel(above, here, below, edges);
            MemorySegment.copy(edges, 0, result.edges(), ValueLayout.JAVA_BYTE, (long) y * width, width);
            int[] oldest = above;
            above = here;
            here = below;
            below = oldest;
        }
        result.histogram(histogram);
    }

    /** One row's luminance at 1 to width, the border's repeated at 0 and width + 1. Every row is asked for once. */
    private void luminance(int y, int[] row) {
        int width = frame.width();
        MemorySegment pixels = frame.pixels().asSlice(frame.row(y), (long) width * frame.format().bytes());
        switch (frame.format()) {
            case GRAY -> {
                for (int x = 0; x < width; x++) {
                    row[x + 1] = sample(pixels, x);
                }
            }
            case RGB -> {
                for (int x = 0, at = 0; x < width; x++, at += 3) {
                    row[x + 1] = luminance(pixels, at);
                }
            }
            case RGBA -> {
                for (int x = 0, at = 0; x < width; x++, at += 4) {
                    row[x + 1] = luminance(pixels, at);
                }
            }
        }
        for (int x = 1; x <= width; x++) {
            histogram[row[x]]++;
        }
        row[0] = row[1];
        row[width + 1] = row[width];
    }

    private static int luminance(MemorySegment pixels, int at) {
        return (77 * sample(pixels, at) + 150 * sample(pixels, at + 1) + 29 * sample(pixels, at + 2) + 128) >> 8;
    }

    private static int sample(MemorySegment pixels, int at) {
        return Byte.toUnsignedInt(pixels.get(ValueLayout.JAVA_BYTE, at));
    }

    private static void sobel(int[] above, int[] here, int[] below, byte[] edges) {
        for (int x = 0; x < edges.length; x++) {
            int right = above[x + 2] + 2 * here[x + 2] + below[x + 2];
            int left = above[x] + 2 * here[x] + below[x];
            int bottom = below[x] + 2 * below[x + 1] + below[x + 2];
            int top = above[x] + 2 * above[x + 1] + above[x + 2];
            int dx = right - left;
            int dy = bottom - top;
            edges[x] = (byte) Math.min(255, (int) Math.sqrt(dx * dx + dy * dy));
        }
    }
}
