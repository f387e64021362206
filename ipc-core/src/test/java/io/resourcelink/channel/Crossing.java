package io.resourcelink.channel;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * Opens subchannels whose senders are near and whose receivers are far: by a {@link Placement}, in one channel or in two. To
 * the near channel a sender comes as between processes: in a message, over a one-shot server.
 */
final class Crossing implements AutoCloseable {

    private final Path directory;
    private final Deque<Channel> opened = new ArrayDeque<>();
    private final Channel near;
    private final Channel far;
    private final SubSender<Envelope> post;
    private final SubReceiver<Envelope> arrivals;

    private record Envelope(@Nullable SubSender<?> sender) {}

    Crossing(Placement placement, Path directory) throws InterruptedException {
        this.directory = directory.resolve("channels");
        this.near = another();
        this.far = placement == Placement.WITHIN ? near : another();
        OneShotServer<Envelope> server = near.oneShotServer(Envelope.class);
        this.post = far.connect(server.name(), Envelope.class);
        post.send(new Envelope(null));
        this.arrivals = server.accept().receiver();
        server.close();
    }

    /** Where the senders are. */
    Channel near() {
        return near;
    }

    /** Where the receivers are. */
    Channel far() {
        return far;
    }

    /** A channel beside those two, closed with them. */
    Channel another() {
        Channel channel = Channel.builder().directory(directory).open();
        opened.push(channel);
        return channel;
    }

    <T> Subchannel<T> open(Class<T> messages) throws InterruptedException {
        return open(MessageType.of(messages), Credits.DEFAULT);
    }

    <T> Subchannel<T> open(MessageType<T> messages) throws InterruptedException {
        return open(messages, Credits.DEFAULT);
    }

    <T> Subchannel<T> open(MessageType<T> messages, Credits credits) throws InterruptedException {
        Subchannel<T> ends = far.subchannel(messages, credits);
        try (SubSender<T> original = ends.sender()) {
            return new Subchannel<>(bring(original), ends.receiver());
        }
    }

    /** Brings a sender of the far channel to the near one; the original stays. */
    <T> SubSender<T> bring(SubSender<T> sender) throws InterruptedException {
        post.send(new Envelope(sender));
        SubSender<?> brought = arrivals.receive().sender();
        if (brought == null) {
            throw new AssertionError("An empty envelope.");
        }
        return brought.typed(sender.type());
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }
}
