package io.resourcelink.boot.resource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

import io.resourcelink.ResourceLink;
import io.resourcelink.error.InvalidSegmentException;

/** Reads a payload directly from the shared memory. It closes its link, and one thread at a time uses it. */
final class SegmentChannel implements SeekableByteChannel {

    private final ResourceLink link;
    private long position;

    SegmentChannel(ResourceLink link) {
        this.link = link;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ensureOpen();
        long left = link.payloadSize() - position;
        if (left <= 0) {
            return -1;
        }
        int length = (int) Math.min(left, target.remaining());
        try {
            link.readPayload(position, target.slice(target.position(), length));
        } catch (InvalidSegmentException e) {
            throw new IOException("The file of segment \"" + link.key() + "\" was truncated while it was read.", e);
        }
        target.position(target.position() + length);
        position += length;
        return length;
    }

    @Override
    public long position() throws IOException {
        ensureOpen();
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        ensureOpen();
        if (newPosition < 0) {
            throw new IllegalArgumentException("The position must be 0 or more; it was " + newPosition + ".");
        }
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        ensureOpen();
        return link.payloadSize();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return !link.isClosed();
    }

    @Override
    public void close() {
        link.close();
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }
}
