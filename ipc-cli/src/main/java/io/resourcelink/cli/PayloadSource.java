package io.resourcelink.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.resourcelink.Content;

/**
 * Bytes for a new segment, of a size that is known before the segment is made. A regular file is read in place; what
 * has no size of its own (a pipe, standard input, a file of {@code /proc}) goes through a temporary file, which has no
 * name any more when the first byte is written, so nothing of it can be left behind.
 */
final class PayloadSource implements AutoCloseable {

    /** Large enough to make system calls rare, small enough to stay in a processor's cache. */
    static final int CHUNK = 1 << 20;

    private final String name;
    private final FileChannel channel;
    private final long size;

    private PayloadSource(String name, FileChannel channel) throws IOException {
        this.name = name;
        this.channel = channel;
        this.size = channel.size();
    }

    static PayloadSource of(Path file) throws IOException {
        if (Files.isRegularFile(file) && Files.size(file) > 0) {
            return new PayloadSource(file.toString(), FileChannel.open(file, StandardOpenOption.READ));
        }
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return spooled(file.toString(), in);
        }
    }

    static PayloadSource spooled(String name, InputStream in) throws IOException {
        Path spool = Files.createTempFile("ipc-create-", ".spool");
        FileChannel channel = FileChannel.open(spool, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            Files.delete(spool);
            copy(in, Channels.newOutputStream(channel));
            return new PayloadSource(name, channel);
        } catch (IOException e) {
            try (channel) {
                throw e;
            }
        }
    }

    /** {@code InputStream.transferTo} asks a file for its size first and believes it; those of /proc say zero. */
    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            out.write(chunk, 0, count);
        }
    }

    long size() {
        return size;
    }

    /** All bytes, to be published once. That fails with an {@link EOFException} if the file has become shorter. */
    Content<IOException> payload() throws IOException {
        channel.position(0);
        return Content.of(new Bytes(), size);
    }

    /** What the file has, and its name if it has less than it had. */
    private final class Bytes implements ReadableByteChannel {

        @Override
        public int read(ByteBuffer target) throws IOException {
            int count = channel.read(target);
            if (count < 0) {
                throw new EOFException(name + " ended after " + channel.position() + " of " + size + " bytes");
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
