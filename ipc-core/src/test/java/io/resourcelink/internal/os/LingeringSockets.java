package io.resourcelink.internal.os;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * TCP sockets on which the last {@code close(2)} waits: they linger for a minute until unsent data was taken, and nobody takes
 * it.
 */
public final class LingeringSockets implements AutoCloseable {

    private static final int LINGER_SECONDS = 60;

    private final List<SocketChannel> sending = new ArrayList<>();
    private final List<SocketChannel> silent = new ArrayList<>();
    private final List<OpenFile> descriptors = new ArrayList<>();

    /**
     * Connects.
     *
     * @param count how many sockets
     * @throws IOException if that fails
     */
    public LingeringSockets(int count) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), count);
            for (int i = 0; i < count; i++) {
                descriptors.add(connect(server));
            }
        }
    }

    private OpenFile connect(ServerSocketChannel server) throws IOException {
        Set<String> before = sockets();
        SocketChannel socket = SocketChannel.open();
        sending.add(socket);
        socket.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
        socket.setOption(StandardSocketOptions.SO_LINGER, LINGER_SECONDS);
        Set<String> now = sockets();
        now.removeAll(before);
        OpenFile copy = Descriptors.duplicate(new OpenFile(Integer.parseInt(now.iterator().next()), "lingering"));
        socket.connect(server.getLocalAddress());
        silent.add(Objects.requireNonNull(server.accept()));
        socket.configureBlocking(false);
        ByteBuffer data = ByteBuffer.allocate(1 << 20);
        while (socket.write(data.clear()) > 0) {
            // Until nothing fits any more.
        }
        return copy;
    }

    private static Set<String> sockets() throws IOException {
        return Descriptors.open().entrySet().stream().filter(file -> file.getValue().startsWith("socket:"))
                .map(file -> file.getKey().toString()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return a descriptor of each socket} They are this object's. */
    public List<OpenFile> descriptors() {
        return descriptors;
    }

    /**
     * Closes all descriptors of the sockets. The caller has sent them to somebody, who has not closed them yet.
     *
     * @throws IOException if that fails
     */
    public void leave() throws IOException {
        descriptors.forEach(OpenFile::close);
        for (SocketChannel socket : sending) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        // Whose peer is gone does not linger.
        for (SocketChannel socket : silent) {
            socket.close();
        }
        leave();
    }
}
