package io.resourcelink.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * The connection on which producer and consumer tell each other what is not payload: a Unix-domain stream socket that
 * carries pairs of numbers. The same for all ways. Used by one thread.
 */
public final class Line implements AutoCloseable {

    private final SocketChannel socket;
    private final ByteBuffer pair = ByteBuffer.allocateDirect(2 * Long.BYTES);

    private Line(SocketChannel socket) {
        this.socket = socket;
    }

    /**
     * Connects to who listens.
     *
     * @param path where
     * @return the connection
     * @throws IOException if nobody listens there
     */
    public static Line connect(Path path) throws IOException {
        return new Line(SocketChannel.open(UnixDomainSocketAddress.of(path)));
    }

    /**
     * Waits for who connects next.
     *
     * @param listening the listening socket
     * @return the connection
     * @throws IOException if it fails
     */
    public static Line accept(ServerSocketChannel listening) throws IOException {
        return new Line(listening.accept());
    }

    /**
     * Listens for those who connect.
     *
     * @param path where
     * @return the listening socket
     * @throws IOException if it cannot
     */
    public static ServerSocketChannel listen(Path path) throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            return listening.bind(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            listening.close();
            throw e;
        }
    }

    /**
     * Sends a pair.
     *
     * @param first the one number
     * @param second the other
     * @throws IOException if the other process has ended
     */
    public void send(long first, long second) throws IOException {
        pair.clear().putLong(first).putLong(second).flip();
        while (pair.hasRemaining()) {
            socket.write(pair);
        }
    }

    /**
     * Waits for the next pair, asleep.
     *
     * @return its first number
     * @throws IOException if the other process has ended
     */
    public long receive() throws IOException {
        return receive(0);
    }

    /**
     * Waits for the next pair: looks again and again for a time, giving way to whoever else wants the core, and only then
     * sleeps.
     *
     * @param spinNanos for how long
     * @return its first number
     * @throws IOException if the other process has ended
     */
    public long receive(long spinNanos) throws IOException {
        pair.clear();
        if (spinNanos > 0) {
            spin(spinNanos);
        }
        while (pair.hasRemaining()) {
            if (socket.read(pair) < 0) {
                throw new EOFException("The other process has ended.");
            }
        }
        return pair.getLong(0);
    }

    private void spin(long nanos) throws IOException {
        socket.configureBlocking(false);
        try {
            long begin = System.nanoTime();
            while (socket.read(pair) == 0 && System.nanoTime() - begin < nanos) {
                Idling.giveWay();
            }
        } finally {
            socket.configureBlocking(true);
        }
    }

    /** {@return the second number of the pair that was received last} */
    public long second() {
        return pair.getLong(Long.BYTES);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
