package io.resourcelink.benchmark.channel;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;

/** What there is without this library: a Unix-domain stream socket, blocking, with direct buffers. */
final class SocketTransport implements Transport {

    private final SocketChannel socket;
    private final Map<Integer, ByteBuffer> buffers = new HashMap<>();
    private byte content;

    SocketTransport(SocketChannel socket) {
        this.socket = socket;
    }

    private ByteBuffer buffer(int size) {
        return buffers.computeIfAbsent(size, ByteBuffer::allocateDirect).clear();
    }

    @Override
    public void send(Workload workload) throws IOException {
        ByteBuffer buffer = buffer(workload.size());
        if (workload.kind().isFilled()) {
            MemorySegment.ofBuffer(buffer).fill(content++);
        }
        write(buffer);
    }

    @Override
    public void receive(Workload workload) throws IOException {
        read(buffer(workload.size()));
    }

    @Override
    public void answer(Workload workload) throws IOException {
        write(buffer(64));
    }

    @Override
    public void receiveAnswer(Workload workload) throws IOException {
        read(buffer(64));
    }

    private void write(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            socket.write(buffer);
        }
    }

    private void read(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (socket.read(buffer) < 0) {
                throw new EOFException("The other process has ended.");
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
