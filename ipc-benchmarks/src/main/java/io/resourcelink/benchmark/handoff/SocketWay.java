package io.resourcelink.benchmark.handoff;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

import io.resourcelink.benchmark.Line;

/**
 * A stream socket to each consumer, blocking. The producer writes from the heap in pieces, so that the JDK's own direct
 * buffer stays small and in the cache; the consumer reads into one direct buffer for all payloads.
 */
record SocketWay(String name, String label, boolean unix) implements Way {

    private static final int PIECE = 128 << 10;

    @Override
    public Sender sender(Session session) throws IOException {
        return new SocketSender(listen(session), session.consumers());
    }

    private ServerSocketChannel listen(Session session) throws IOException {
        ServerSocketChannel listening = unix
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        try {
            return listening.bind(unix
                    ? UnixDomainSocketAddress.of(session.directory().resolve("socket"))
                    : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            listening.close();
            throw e;
        }
    }

    @Override
    public Receiver receiver(Session session, Line line) throws IOException {
        SocketAddress address = unix
                ? UnixDomainSocketAddress.of(session.directory().resolve("socket"))
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), (int) session.address());
        return new SocketReceiver(SocketChannel.open(address), session);
    }

    private static final class SocketSender implements Sender {

        private final ServerSocketChannel listening;
        private final int consumers;
        private final List<SocketChannel> sockets = new ArrayList<>();

        SocketSender(ServerSocketChannel listening, int consumers) {
            this.listening = listening;
            this.consumers = consumers;
        }

        @Override
        public long address() throws IOException {
            return listening.getLocalAddress() instanceof InetSocketAddress bound ? bound.getPort() : 0;
        }

        @Override
        public void connect(List<Long> addresses) throws IOException {
            for (int number = 0; number < consumers; number++) {
                SocketChannel socket = listening.accept();
                sockets.add(socket);
                if (socket.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                }
            }
        }

        @Override
        public void send(byte[] source, long sequence, List<Line> lines) throws IOException {
            for (SocketChannel socket : sockets) {
                ByteBuffer rest = ByteBuffer.wrap(source);
                while (rest.position() < source.length) {
                    rest.limit(Math.min(source.length, rest.position() + PIECE));
                    socket.write(rest);
                }
            }
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel socket : sockets) {
                socket.close();
            }
            listening.close();
        }
    }

    private static final class SocketReceiver implements Receiver {

        private final SocketChannel socket;
        private final Session session;
        private final ByteBuffer payload;
        private int received;

        SocketReceiver(SocketChannel socket, Session session) {
            this.socket = socket;
            this.session = session;
            this.payload = ByteBuffer.allocateDirect(session.bytes());
        }

        @Override
        public void await() throws IOException {
            payload.clear().limit(session.size(received++));
            receive();
        }

        private void receive() throws IOException {
            if (socket.read(payload) < 0) {
                throw new EOFException("The producer has ended.");
            }
        }

        @Override
        public long read() throws IOException {
            while (payload.hasRemaining()) {
                receive();
            }
            payload.flip();
            return Checksum.of(MemorySegment.ofBuffer(payload), Math.min(session.read(), payload.limit()));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
