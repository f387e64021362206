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
import java.util.function.Consumer;

import io.resourcelink.internal.store.Filling;

/**
 * The payload of a segment that is to be published, and how it gets there. Bytes that exist already, or are read from
 * somewhere, are written to the segment's file, and no page is touched twice ({@link #of(byte[])} and its siblings). Content
 * that is computed can be written in place, which saves the copy. {@link #filling} gives the writer memory that is zero.
 * {@link #overwriting} does not clear recycled memory first.
 *
 * <p>A content that reads a stream or a channel can be used once. Used by one thread at a time.
 *
 * @param <X> what producing the bytes may throw besides unchecked exceptions
 */
public final class Content<X extends Exception> {

    /** Small enough for a processor's cache, and large enough for the system call not to count. */
    private static final int CHUNK = 256 << 10;

    private final long size;
    private final Filling filling;
    private final Source<X> source;

    private Content(long size, Filling filling, Source<X> source) {
        this.size = size;
        this.filling = filling;
        this.source = source;
    }

    /** Where the bytes go. */
    interface Target {

        /** The payload, for a content that is written in place. */
        MemorySegment memory();

        /** Takes the next bytes, for any other content. */
        void append(MemorySegment bytes);
    }

    private interface Source<X extends Exception> {

        void writeTo(Target target) throws X;
    }

    /**
     * Hands over bytes in pieces, from first to last.
     *
     * @param <X> what it may throw besides unchecked exceptions
     */
    @FunctionalInterface
    public interface Pieces<X extends Exception> {

        /**
         * Hands over all bytes. The segment appears only after this has returned.
         *
         * @param target takes the next bytes, on the heap or not; they may be changed afterwards. It throws {@link
         * IllegalStateException} if there are more than the size of the content
         * @throws X if they cannot be produced
         */
        void writeTo(Consumer<MemorySegment> target) throws X;
    }

    /**
     * Content that is written into memory that is zero at first.
     *
     * @param <X> what the writer may throw
     * @param size bytes of the payload, zero or more
     * @param writer writes it, once
     * @return the content
     * @throws IllegalArgumentException if the size is negative
     */
    public static <X extends Exception> Content<X> filling(long size, PayloadWriter<X> writer) {
        return inPlace(size, Filling.IN_PLACE, writer);
    }

    /**
     * Content that is written into memory with arbitrary bytes in it. Recycled memory is not cleared first. This is the
     * fastest way if the writer writes every byte.
     *
     * @param <X> what the writer may throw
     * @param size bytes of the payload, zero or more
     * @param writer writes every byte of it, once
     * @return the content
     * @throws IllegalArgumentException if the size is negative
     */
    public static <X extends Exception> Content<X> overwriting(long size, PayloadWriter<X> writer) {
        return inPlace(size, Filling.OVERWRITTEN, writer);
    }

    private static <X extends Exception> Content<X> inPlace(long size, Filling filling, PayloadWriter<X> writer) {
        Objects.requireNonNull(writer, "writer");
        return new Content<>(checked(size), filling, target -> writer.write(target.memory()));
    }

    /**
     * The bytes of an array.
     *
     * @param bytes all of them; not to be changed while they are being published
     * @return the content
     */
    public static Content<RuntimeException> of(byte[] bytes) {
        return of(MemorySegment.ofArray(bytes));
    }

    /**
     * The remaining bytes of a buffer, whose position stays where it is.
     *
     * @param bytes the buffer, on the heap or not
     * @return the content
     */
    public static Content<RuntimeException> of(ByteBuffer bytes) {
        return of(MemorySegment.ofBuffer(bytes));
    }

    /**
     * The bytes of any memory, for instance of an array of floats: {@code Content.of(MemorySegment.ofArray(floats))}.
     *
     * @param bytes all of them, on the heap or not
     * @return the content
     */
    public static Content<RuntimeException> of(MemorySegment bytes) {
        return new Content<>(bytes.byteSize(), Filling.APPENDED, target -> target.append(bytes));
    }

    /**
     * Bytes that are read from a stream, 256 KiB at a time.
     *
     * @param in where they come from; it is not closed, and what follows them is left in it
     * @param size how many to read, zero or more
     * @return the content; publishing it fails with an {@link EOFException} if there are fewer
     * @throws IllegalArgumentException if the size is negative
     */
    public static Content<IOException> of(InputStream in, long size) {
        Objects.requireNonNull(in, "in");
        return new Content<>(checked(size), Filling.APPENDED, target -> {
            byte[] buffer = new byte[(int) Math.min(CHUNK, size)];
            for (long done = 0; done < size;) {
                int read = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, size - done));
                if (read == 0) {
                    throw ended(done, size);
                }
                target.append(MemorySegment.ofArray(buffer).asSlice(0, read));
                done += read;
            }
        });
    }

    /**
     * Bytes that are read from a channel, such as a file or a socket that blocks, 256 KiB at a time.
     *
     * @param in where they come from; it is not closed, and what follows them is left in it
     * @param size how many to read, zero or more
     * @return the content; publishing it fails with an {@link EOFException} if there are fewer
     * @throws IllegalArgumentException if the size is negative
     * @throws IllegalBlockingModeException if the channel does not block
     */
    public static Content<IOException> of(ReadableByteChannel in, long size) {
        Objects.requireNonNull(in, "in");
        if (in instanceof SelectableChannel selectable && !selectable.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        return new Content<>(checked(size), Filling.APPENDED, target -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(CHUNK, size));
            for (long done = 0; done < size;) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), size - done));
                if (in.read(buffer) < 0) {
                    throw ended(done, size);
                }
                done += buffer.position();
                target.append(MemorySegment.ofBuffer(buffer.flip()));
            }
        });
    }

    /**
     * Bytes that are handed over in pieces, for a source that is neither a stream nor a channel, or that checks what it has read
     * before the segment appears.
     *
     * @param <X> what the source may throw
     * @param size how many bytes there are, zero or more
     * @param source hands them over, once
     * @return the content; publishing it fails with an {@link IllegalStateException} if there are fewer
     * @throws IllegalArgumentException if the size is negative
     */
    public static <X extends Exception> Content<X> appending(long size, Pieces<X> source) {
        Objects.requireNonNull(source, "source");
        return new Content<>(checked(size), Filling.APPENDED, target -> {
            long[] done = new long[1];
            source.writeTo(piece -> {
                if (piece.byteSize() > size - done[0]) {
                    throw new IllegalStateException("The payload has more than the " + size
                            + " bytes that were announced.");
                }
                target.append(piece);
                done[0] += piece.byteSize();
            });
            if (done[0] != size) {
                throw new IllegalStateException(ended(done[0], size).getMessage());
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

    Filling filling() {
        return filling;
    }

    /** Writes all bytes, in order. */
    void writeTo(Target target) throws X {
        source.writeTo(target);
    }
}
