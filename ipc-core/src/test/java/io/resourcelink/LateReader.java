package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;

/**
 * A thread inside a native call that reads memory, so that the view of it cannot end. It writes the memory to a pipe that
 * has no room for all of it, until this is closed.
 */
final class LateReader implements AutoCloseable {

    private final MemorySegment memory;
    private final Pipe pipe;
    private final Thread writing;

    private LateReader(MemorySegment memory, Pipe pipe) {
        this.memory = memory;
        this.pipe = pipe;
        this.writing = Thread.ofPlatform().daemon().name("late-reader").start(this::write);
    }

    /** Returns when the native call has begun. The memory is larger than a pipe, 64 KiB. */
    static LateReader of(MemorySegment memory) {
        try {
            LateReader reader = new LateReader(memory, Pipe.open());
            reader.readByte();
            return reader;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readByte() throws IOException {
        if (pipe.source().read(ByteBuffer.allocateDirect(1)) != 1) {
            throw new AssertionError("Nothing was written.");
        }
    }

    private void write() {
        ByteBuffer bytes = memory.asByteBuffer();
        try (Pipe.SinkChannel sink = pipe.sink()) {
            while (bytes.hasRemaining()) {
                sink.write(bytes);
            }
        } catch (IOException _) {
            // The other end was closed.
        }
    }

    /** Reads the whole memory. Throws IllegalStateException if it can no longer be accessed. */
    static boolean isFilledWith(MemorySegment memory, int number) {
        for (long at = 0; at < memory.byteSize(); at++) {
            if (memory.get(ValueLayout.JAVA_BYTE, at) != (byte) number) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        try {
            pipe.source().close();
            writing.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
