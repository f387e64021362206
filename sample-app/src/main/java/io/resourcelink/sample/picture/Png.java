package io.resourcelink.sample.picture;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

import io.resourcelink.sample.layout.Frame;

/**
 * Encodes frames as PNG (ISO/IEC 15948) while they are sent, with two rows on the heap. Image I/O could do so too, but it
 * tries five filters on every row and takes several times as long. Not thread-safe; used once.
 */
public final class Png {

    private static final byte[] SIGNATURE = { (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n' };
    private static final byte FILTER_UP = 2;
    private static final int CHUNK = 1 << 16;

    private final DataOutputStream out;
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    private final byte[] chunk = new byte[CHUNK];
    private int filled;

    private Png(OutputStream out) {
        this.out = new DataOutputStream(out);
    }

    /**
     * Writes a frame as a PNG.
     *
     * @param frame the pixels
     * @param widest how many pixels wide the PNG may be; a wider frame is shrunk by a whole number
     * @param how what shrinking makes of pixels
     * @param out where to; flushed, and left open
     * @throws IOException if it cannot be written there
     */
    public static void write(Frame frame, int widest, Shrink how, OutputStream out) throws IOException {
        Png png = new Png(out);
        try {
            png.write(Rows.of(frame, widest, how));
        } finally {
            png.deflater.end();
        }
    }

    private void write(Rows rows) throws IOException {
        out.write(SIGNATURE);
        byte colorType = switch (rows.format()) {
            case GRAY -> 0;
            case RGB -> 2;
            case RGBA -> 6;
        };
        byte[] header = ByteBuffer.allocate(13).putInt(rows.width()).putInt(rows.height()).put((byte) 8).put(colorType)
                .array();
        chunk("IHDR", header, header.length);
        pixels(rows);
        chunk("IDAT", chunk, filled);
        chunk("IEND", chunk, 0);
        out.flush();
    }

    private void pixels(Rows rows) throws IOException {
        byte[] above = new byte[rows.width() * rows.format().bytes()];
        byte[] here = new byte[above.length];
        byte[] filtered = new byte[1 + above.length];
        filtered[0] = FILTER_UP;
        for (int y = 0; y < rows.height(); y++) {
            rows.row(y, here);
            for (int i = 0; i < here.length; i++) {
                filtered[i + 1] = (byte) (here[i] - above[i]);
            }
            deflater.setInput(filtered);
            deflate();
            byte[] free = above;
            above = here;
            here = free;
        }
        deflater.finish();
        deflate();
    }

    private void deflate() throws IOException {
        for (int n = deflate(filled); n > 0; n = deflate(filled)) {
            filled += n;
            if (filled == CHUNK) {
                chunk("IDAT", chunk, filled);
                filled = 0;
            }
        }
    }

    private int deflate(int from) {
        return deflater.deflate(chunk, from, CHUNK - from);
    }

    private void chunk(String type, byte[] data, int length) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data, 0, length);
        out.writeInt(length);
        out.write(name);
        out.write(data, 0, length);
        out.writeInt((int) crc.getValue());
    }
}
