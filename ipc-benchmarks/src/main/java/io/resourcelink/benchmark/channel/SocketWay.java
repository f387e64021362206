package io.resourcelink.benchmark.channel;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.resourcelink.benchmark.Idling;
import io.resourcelink.benchmark.Line;
import io.resourcelink.benchmark.Mode;
import io.resourcelink.benchmark.handoff.Checksum;

/**
 * What there is without this library: a Unix-domain stream socket and direct buffers. A message is one write, and one read
 * if it fits. Asleep, the socket blocks. Spinning, it does not, and both sides try again until it works.
 */
record SocketWay(Mode mode) implements Way {

    @Override
    public String label() {
        return "Unix socket";
    }

    @Override
    public boolean carries(Workload workload) {
        return true;
    }

    @Override
    public End call(Path directory, Workload workload) throws IOException {
        return new SocketEnd(workload, mode, Line.listen(directory.resolve("socket")), null);
    }

    @Override
    public End answer(Path directory, Workload workload) throws IOException {
        SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("socket")));
        socket.configureBlocking(mode == Mode.ASLEEP);
        return new SocketEnd(workload, mode, null, socket);
    }

    private static final class SocketEnd implements End {

        private final Workload workload;
        private final Mode mode;
        private final @Nullable ServerSocketChannel listening;
        private final byte[] content;
        private final long sum;
        private final ByteBuffer message;
        private final ByteBuffer answer = ByteBuffer.allocateDirect(64);
        private @Nullable SocketChannel socket;

        SocketEnd(Workload workload, Mode mode, @Nullable ServerSocketChannel listening,
                @Nullable SocketChannel socket) {
            this.workload = workload;
            this.mode = mode;
            this.listening = listening;
            this.socket = socket;
            this.content = workload.content();
            this.sum = workload.sum();
            this.message = ByteBuffer.allocateDirect(workload.size()).put(content);
        }

        @Override
        public void connect() throws IOException {
            if (listening != null) {
                socket = listening.accept();
                socket.configureBlocking(mode == Mode.ASLEEP);
            }
        }

        private SocketChannel socket() {
            if (socket == null) {
                throw new IllegalStateException("Not connected.");
            }
            return socket;
        }

        @Override
        public void send() throws IOException {
            message.clear();
            if (workload.isFilled()) {
                message.put(content).flip();
            }
            write(message);
        }

        @Override
        public void receive() throws IOException {
            read(message);
            if (workload.isRead()) {
                workload.verify(Checksum.of(MemorySegment.ofBuffer(message.flip())), sum);
            }
        }

        @Override
        public void answer() throws IOException {
            write(answer.clear());
        }

        @Override
        public void receiveAnswer() throws IOException {
            read(answer);
        }

        private void write(ByteBuffer buffer) throws IOException {
            int turns = 0;
            while (buffer.hasRemaining()) {
                if (socket().write(buffer) == 0) {
                    Idling.idle(++turns);
                }
            }
        }

        private void read(ByteBuffer buffer) throws IOException {
            int turns = 0;
            buffer.clear();
            while (buffer.hasRemaining()) {
                int count = socket().read(buffer);
                if (count < 0) {
                    throw new EOFException("The other process has ended.");
                }
                if (count == 0) {
                    Idling.idle(++turns);
                }
            }
        }

        @Override
        public void close() throws IOException {
            if (socket != null) {
                socket.close();
            }
            if (listening != null) {
                listening.close();
            }
        }
    }
}
