package io.resourcelink.sample.studio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;

import org.springframework.stereotype.Component;

import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.channel.DestinationKind;
import io.resourcelink.sample.layout.EdgeMap;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.message.FrameDone;
import io.resourcelink.sample.picture.Png;
import io.resourcelink.sample.picture.Shrink;

/**
 * The two subscribers of the topic of finished frames: one counts colours, the other makes small pictures. Both drop what they have
 * no time for, and no worker ever waits for them. Thread-safe.
 */
@Component
final class LiveView {

    private static final int BINS = 64;
    private static final int WIDTH = 480;
    private static final long PAUSE_NANOS = 100_000_000;

    /**
     * A finished frame, in small.
     *
     * @param number counts up
     * @param key the segment that it was
     * @param frame a PNG
     * @param edges a PNG
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Thumbnail(long number, String key, byte[] frame, byte[] edges) {}

    private volatile int[][] colours = new int[3][BINS];
    private volatile Thumbnail thumbnail = new Thumbnail(0, "", new byte[0], new byte[0]);
    private long nextThumbnail = System.nanoTime();
    private long nextColours = System.nanoTime();

    /** How many sampled pixels have which red, green and blue, in bins of four. */
    int[][] colours() {
        return colours;
    }

    Thumbnail thumbnail() {
        return thumbnail;
    }

    @IpcListener(destination = FrameDone.TOPIC, id = "histogram", kind = DestinationKind.TOPIC, prefetch = "1", dropping = "true")
    void count(FrameDone done) {
        if (System.nanoTime() - nextColours < 0) {
            return;
        }
        Frame frame = Frame.read(done.frame().payload());
        int bytes = frame.format().bytes();
        int[][] counts = new int[3][BINS];
        long step = (frame.pixels().byteSize() / bytes / 50_000 + 1) * bytes;
        for (long at = 0; at + bytes <= frame.pixels().byteSize(); at += step) {
            for (int colour = 0; colour < 3; colour++) {
                byte sample = frame.pixels().get(ValueLayout.JAVA_BYTE, at + (bytes == 1 ? 0 : colour));
                counts[colour][Byte.toUnsignedInt(sample) / (256 / BINS)]++;
            }
        }
        colours = counts;
        nextColours = System.nanoTime() + PAUSE_NANOS;
    }

    @IpcListener(destination = FrameDone.TOPIC, id = "thumbnail", kind = DestinationKind.TOPIC, prefetch = "1", dropping = "true")
    void shrink(FrameDone done) throws IOException {
        if (System.nanoTime() - nextThumbnail < 0) {
            return;
        }
        Frame frame = Frame.read(done.frame().payload());
        Frame edges = EdgeMap.read(done.edges().payload()).picture();
        thumbnail = new Thumbnail(thumbnail.number() + 1, done.frame().key(), png(frame, Shrink.MEAN),
                png(edges, Shrink.STRONGEST));
        nextThumbnail = System.nanoTime() + PAUSE_NANOS;
    }

    private static byte[] png(Frame frame, Shrink how) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Png.write(frame, WIDTH, how, out);
        return out.toByteArray();
    }
}
