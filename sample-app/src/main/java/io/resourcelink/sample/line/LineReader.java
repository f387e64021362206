package io.resourcelink.sample.line;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/** Lines from the other process. Their length is limited: who talks without end talks garbage. Not thread-safe. */
public final class LineReader {

    /** The longest line accepted, in bytes. */
    public static final int LIMIT = 4096;

    private final InputStream in;

    /**
     * Reads lines from a stream, which stays the caller's to close.
     *
     * @param in where the lines come from
     */
    public LineReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /**
     * {@return the next line, or {@code null} at the end of the stream; a last line without its end is not one}
     *
     * @throws ProtocolException if this is no line of the protocol
     * @throws IOException if the stream cannot be read
     */
    public @Nullable Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return Line.parse(line.toString(StandardCharsets.UTF_8));
            }
            if (line.size() == LIMIT) {
                throw new ProtocolException("A line is longer than " + LIMIT + " bytes.");
            }
            line.write(b);
        }
        return null;
    }
}
