package io.resourcelink;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.util.Objects;

/**
 * The bytes of a segment that is to be published, from wherever they are: {@link ResourceLinkFactory#publish(String,
 * Payload)} writes them into the segment's file, or into memory that is mapped already, and touches no page twice. For bytes that are
 * there already, this is the cheapest way into shared memory; who computes them can save the copy with a {@link
 * PayloadWriter}.
 *
 * <p>Good for one use if its bytes are: a stream or a channel is read, not rewound. Used by one thread.
 *
 * @param <X> what reading the bytes may throw besides unchecked exceptions
 */
public final class Payload<X extends Exception> {

    /** Small enough for a processor's cache, and large enough for the system call not to count. */
    private static final int CHUNK = 256 << 10;

    private final long size;
    private final Source<X> source;

    private Payload(long size, Source<X> source) {
        this.size = size;
        this.source = source;
    }

    /** Takes the bytes, one piece after the other. */
    interface Sink {

        void write(MemorySegment bytes);
    }

    private interface Source<X extends Exception> {

        void writeTo(Sink sink) throws X;
    }

    /**
     * The bytes of an array.
     *
     * @param bytes all of them; not to be changed while they are being published
     * @return the payload
     */
    public static Payload<RuntimeException> of(byte[] bytes) {
        return of(MemorySegment.ofArray(bytes));
    }

    /**
     * The remaining bytes of a buffer, whose position stays where it is.
     *
     * @param bytes the buffer, on the heap or not
     * @return the payload
     */
    public static Payload<RuntimeException> of(ByteBuffer bytes) {
        return of(MemorySegment.ofBuffer(bytes));
    }

    /**
     * The bytes of any memory, for instance of an array of floats: {@code Payload.of(MemorySegment.ofArray(floats))}.
     *
     * @param bytes all of them, on the heap or not
     * @return the payload
     */
    public static Payload<RuntimeException> of(MemorySegment bytes) {
        return new Payload<>(bytes.byteSize(), sink -> sink.write(bytes));
    }

    /**
     * Bytes that are read from a stream, 256 KiB at a time.
     *
     * @param in where they come from; it is not closed, and what follows them is left in it
     * @param size how many to read, zero or more
     * @return the payload; publishing it fails with an {@link EOFException} if there are fewer
     * @throws IllegalArgumentException if the size is negative
     */
    public static Payload<IOException> of(InputStream in, long size) {
        Objects.requireNonNull(in, "in");
        return new Payload<>(checked(size), sink -> {
            byte[] buffer = new byte[(int) Math.min(CHUNK, size)];
            for (long done = 0; done < size;) {
                int read = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, size - done));
                if (read == 0) {
                    throw ended(done, size);
                }
                sink.write(MemorySegment.ofArray(buffer).asSlice(0, read));
                done += read;
            }
        });
    }

    /**
     * Bytes that are read from a channel, such as a file or a socket that blocks, 256 KiB at a time.
     *
     * @param in where they come from; it is not closed, and what follows them is left in it
     * @param size how many to read, zero or more
     * @return the payload; publishing it fails with an {@link EOFException} if there are fewer
     * @throws IllegalArgumentException if the size is negative
     * @throws IllegalBlockingModeException if the channel does not block
     */
    public static Payload<IOException> of(ReadableByteChannel in, long size) {
        Objects.requireNonNull(in, "in");
        if (in instanceof SelectableChannel selectable && !selectable.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        return new Payload<>(checked(size), sink -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(CHUNK, size));
            for (long done = 0; done < size;) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), size - done));
                if (in.read(buffer) < 0) {
                    throw ended(done, size);
                }
                done += buffer.position();
                sink.write(MemorySegment.ofBuffer(buffer.flip()));
            }
        });
    }

    private static long checked(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("A payload has zero bytes or more; asked for " + size + ".");
        }
        return size;
    }

    private static EOFException ended(long read, long size) {
        return new EOFException("The payload ends after " + read + " bytes; " + size + " were announced.");
    }

    /** {@return how many bytes there are} */
    public long size() {
        return size;
    }

    /** Hands all bytes over, in order. */
    void writeTo(Sink sink) throws X {
        source.writeTo(sink);
    }
}
