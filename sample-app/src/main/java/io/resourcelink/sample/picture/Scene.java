package io.resourcelink.sample.picture;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.resourcelink.sample.layout.Frame;

/**
 * A picture that the program draws itself: three discs that move over hills. Every frame of it is drawn straight into shared
 * memory, with one row on the heap. Thread-safe.
 */
public final class Scene {

    private static final double TURN = 2 * Math.PI;

    private Scene() {}

    /**
     * Draws one frame.
     *
     * @param frame where to, of RGB pixels
     * @param time seconds since the scene began; the same time gives the same picture
     */
    public static void draw(Frame frame, double time) {
        int width = frame.width();
        int height = frame.height();
        byte[] row = new byte[3 * width];
        int[] hills = hills(width, height, time);
        for (int y = 0; y < height; y++) {
            for (int x = 0, at = 0; x < width; x++, at += 3) {
                int shade = 40 * y / height;
                boolean hill = y >= hills[x];
                row[at] = (byte) (hill ? 36 + shade : 60 + 3 * shade);
                row[at + 1] = (byte) (hill ? 84 + shade : 110 + 2 * shade);
                row[at + 2] = (byte) (hill ? 70 : 190 - shade);
            }
            discs(row, y, width, height, time);
            MemorySegment.copy(row, 0, frame.pixels(), ValueLayout.JAVA_BYTE, frame.row(y), row.length);
        }
    }

    private static int[] hills(int width, int height, double time) {
        int[] tops = new int[width];
        for (int x = 0; x < width; x++) {
            double at = TURN * x / width;
            tops[x] = (int) (height * (0.68 + 0.10 * Math.sin(at + time / 3) + 0.05 * Math.sin(3 * at - time / 2)));
        }
        return tops;
    }

    private static void discs(byte[] row, int y, int width, int height, double time) {
        for (int disc = 0; disc < 3; disc++) {
            double radius = height * (0.16 - 0.03 * disc);
            double centerX = width * (0.5 + 0.36 * Math.cos(time * (0.5 + 0.2 * disc) + 2.1 * disc));
            double centerY = height * (0.42 + 0.22 * Math.sin(time * (0.7 + 0.1 * disc) + 1.3 * disc));
            double above = y - centerY;
            if (Math.abs(above) >= radius) {
                continue;
            }
            double half = Math.sqrt(radius * radius - above * above);
            int from = Math.max(0, (int) (centerX - half));
            int to = Math.min(width, (int) (centerX + half));
            for (int x = from; x < to; x++) {
                row[3 * x] = (byte) (disc == 1 ? 120 : 250);
                row[3 * x + 1] = (byte) (disc == 0 ? 180 : disc == 1 ? 60 : 120);
                row[3 * x + 2] = (byte) (disc == 2 ? 90 : disc == 1 ? 200 : 60);
            }
        }
    }
}
