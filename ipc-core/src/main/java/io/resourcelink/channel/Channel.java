package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.work.Closing;

/**
 * What a process sends and receives messages with: many subchannels over few connections. A channel listens on one socket;
 * each other channel that has senders to it has one connection to it, whose end is the end of those senders. Two channels
 * in one process are as independent as two processes.
 *
 * <p>Thread-safe. Whoever opened it closes it; with it all its subchannels end. When the process dies, the kernel closes
 * everything: other channels are told at once, and the socket's name is removed by whoever opens a channel next. Nobody need
 * keep the channel object as long as the ends of its subchannels are used; it stays open until it is closed.
 *
 * {@snippet lang = java :
 * try (Channel channel = Channel.open(); Subchannel<Frame> frames = channel.subchannel(Frame.class)) {
 *     worker.send(new Request(frames.sender()));       // the sender travels to another process ...
 *     Frame frame = frames.receiver().receive();       // ... and this is what it sends
 * }
 * }
 */
public final class Channel implements AutoCloseable {

    private final Hub hub;

    private Channel(Hub hub) {
        this.hub = hub;
    }

    /**
     * Opens a channel with the defaults of {@link #builder()}.
     *
     * @return the channel
     */
    public static Channel open() {
        return builder().open();
    }

    /** {@return a builder with every default} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Opens a subchannel with the channel's credits. No system call.
     *
     * @param <T> what the messages are
     * @param messages what the messages are; {@code byte[].class} for bytes that no codec touches
     * @return both its ends
     * @throws IllegalStateException if this channel is closed
     */
    public <T> Subchannel<T> subchannel(Class<T> messages) {
        return subchannel(MessageType.of(messages));
    }

    /**
     * Opens a subchannel with the channel's credits. No system call.
     *
     * @param <T> what the messages are
     * @param messages what the messages are
     * @return both its ends
     * @throws IllegalStateException if this channel is closed
     */
    public <T> Subchannel<T> subchannel(MessageType<T> messages) {
        return subchannel(messages, hub.credits());
    }

    /**
     * Opens a subchannel. No system call.
     *
     * @param <T> what the messages are
     * @param messages what the messages are
     * @param credits how much may lie unreceived on it
     * @return both its ends
     * @throws IllegalStateException if this channel is closed
     */
    public <T> Subchannel<T> subchannel(MessageType<T> messages, Credits credits) {
        LocalTarget target = hub.openSubchannel(credits);
        target.join();
        return new Subchannel<>(new SubSender<>(hub, target, messages),
                new SubReceiver<>(hub, target.inbox(), messages));
    }

    /**
     * Opens a subchannel for bytes, which no codec touches. No system call.
     *
     * @return both its ends
     * @throws IllegalStateException if this channel is closed
     */
    public Subchannel<byte[]> bytes() {
        return subchannel(byte[].class);
    }

    /**
     * Opens a server for a first contact. No system call.
     *
     * @param <T> what the messages are
     * @param messages what the messages are
     * @return the server
     * @throws IllegalStateException if this channel is closed
     */
    public <T> OneShotServer<T> oneShotServer(Class<T> messages) {
        return oneShotServer(MessageType.of(messages));
    }

    /**
     * Opens a server for a first contact. No system call.
     *
     * @param <T> what the messages are
     * @param messages what the messages are
     * @return the server
     * @throws IllegalStateException if this channel is closed
     */
    public <T> OneShotServer<T> oneShotServer(MessageType<T> messages) {
        LocalTarget target = hub.openSubchannel(hub.credits());
        long number = hub.serve(target.inbox(), true);
        return new OneShotServer<>(hub, new SubReceiver<>(hub, target.inbox(), messages), number);
    }

    /**
     * Connects to a server, one-shot or named, in this or another process. Waits for its process's answer, which takes that
     * process some tens of microseconds, and for ever if it is stopped: {@link #connect(String, Class, Duration)} does not.
     *
     * @param <T> what the messages are
     * @param name the server's name
     * @param messages what the messages are
     * @return a sender to it
     * @throws DisconnectedException if there is no such server, it is closed, or somebody has connected to a one-shot one
     * already
     * @throws IllegalArgumentException if that is no name
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this channel is closed
     */
    public <T> SubSender<T> connect(String name, Class<T> messages) throws InterruptedException {
        return connect(name, MessageType.of(messages));
    }

    /**
     * Connects to a server, one-shot or named, in this or another process; see {@link #connect(String, Class)}.
     *
     * @param <T> what the messages are
     * @param name the server's name
     * @param messages what the messages are
     * @return a sender to it
     * @throws DisconnectedException if there is no such server, it is closed, or somebody has connected to a one-shot one
     * already
     * @throws IllegalArgumentException if that is no name
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this channel is closed
     */
    public <T> SubSender<T> connect(String name, MessageType<T> messages) throws InterruptedException {
        return connect(name, messages, Long.MAX_VALUE);
    }

    /**
     * Connects to a server, one-shot or named, in this or another process, and waits no longer than a given time for its
     * process's answer. An attempt that is given up is taken back when that process comes to it; a one-shot server is used
     * up by it all the same.
     *
     * @param <T> what the messages are
     * @param name the server's name
     * @param messages what the messages are
     * @param timeout how long to wait; a server in this channel answers at once
     * @return a sender to it
     * @throws DisconnectedException if there is no such server, it is closed, or somebody has connected to a one-shot one
     * already
     * @throws UnresponsiveException if its process is there, and has not answered in time: it is stopped, or too many others
     * connect
     * @throws IllegalArgumentException if that is no name
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this channel is closed
     */
    public <T> SubSender<T> connect(String name, Class<T> messages, Duration timeout) throws InterruptedException {
        return connect(name, MessageType.of(messages), timeout);
    }

    /**
     * Connects to a server, and waits no longer than a given time; see {@link #connect(String, Class, Duration)}.
     *
     * @param <T> what the messages are
     * @param name the server's name
     * @param messages what the messages are
     * @param timeout how long to wait; a server in this channel answers at once
     * @return a sender to it
     * @throws DisconnectedException if there is no such server, it is closed, or somebody has connected to a one-shot one
     * already
     * @throws UnresponsiveException if its process is there, and has not answered in time: it is stopped, or too many others
     * connect
     * @throws IllegalArgumentException if that is no name
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this channel is closed
     */
    public <T> SubSender<T> connect(String name, MessageType<T> messages, Duration timeout)
            throws InterruptedException {
        return connect(name, messages, Nanos.of(timeout));
    }

    private <T> SubSender<T> connect(String name, MessageType<T> messages, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        ServerName server = ServerName.isOne(name) ? ServerName.parse(name) : hub.resolve(name);
        Target target = server == null ? null : hub.connect(server.address(), server.number(), nanos);
        if (target == null || !isGranted(name, target, RemoteTarget.left(start, nanos))) {
            throw new DisconnectedException("Server " + name, "nobody waits under that name: it was used or closed, its"
                    + " process has ended, or its channel is in another directory.");
        }
        return new SubSender<>(hub, target instanceof RemoteTarget remote ? remote.granted() : target, messages);
    }

    /** Waits for the answer of a server. If there is none, its one sender is given back. */
    private boolean isGranted(String name, Target target, long nanos) throws InterruptedException {
        Window window = target.window();
        boolean granted = false;
        try {
            if (!hub.poller().await(window.lock, window.changed, window::isGrantedOrEnded, nanos)) {
                throw new UnresponsiveException("Server " + name, "its process has not answered in time.");
            }
            granted = !window.hasEnded();
            return granted;
        } finally {
            if (!granted) {
                target.leave();
            }
        }
    }

    /**
     * Opens a server for any number of senders, under a name that others are told beforehand: a destination. Its receiver
     * is connected for as long as the server is open. The name is an entry in the channels' directory; when this process
     * dies, it stands for nobody, and whoever serves the destination next takes it.
     *
     * @param <T> what the messages are
     * @param destination letters, digits, dots, hyphens and underscores, up to 64 of them, the first a letter
     * @param messages what the messages are
     * @return the server
     * @throws io.resourcelink.error.AddressInUseException if somebody serves that destination already
     * @throws IllegalArgumentException if that is no name
     * @throws IllegalStateException if this channel is closed
     */
    public <T> NamedServer<T> serve(String destination, MessageType<T> messages) {
        Rendezvous.checkDestination(destination);
        LocalTarget target = hub.openSubchannel(hub.credits());
        SubReceiver<T> receiver = new SubReceiver<>(hub, target.inbox(), messages);
        long number = hub.serve(target.inbox(), false);
        boolean published = false;
        try {
            hub.names().publish(destination, number);
            published = true;
            return new NamedServer<>(hub, destination, number, receiver);
        } finally {
            if (!published) {
                receiver.close();
                hub.endServing(number);
            }
        }
    }

    /**
     * Opens a server for any number of senders; see {@link #serve(String, MessageType)}.
     *
     * @param <T> what the messages are
     * @param destination the name
     * @param messages what the messages are
     * @return the server
     * @throws io.resourcelink.error.AddressInUseException if somebody serves that destination already
     * @throws IllegalArgumentException if that is no name
     * @throws IllegalStateException if this channel is closed
     */
    public <T> NamedServer<T> serve(String destination, Class<T> messages) {
        return serve(destination, MessageType.of(messages));
    }

    /**
     * Closes what a message carries, whatever holds it, instead of sending it. The message is encoded to find that out.
     *
     * @param <T> what the message is
     * @param message the message
     * @param type what the message is
     * @throws io.resourcelink.error.MessageException if the message cannot be encoded; what was found before is closed
     */
    public <T> void discard(T message, MessageType<T> type) {
        Packing.of(hub, message, type, false, true).close();
    }

    /** {@return what this channel has done, and what lies there} No system call; as many steps as there are receivers. */
    public ChannelStatistics statistics() {
        return hub.statistics();
    }

    /** {@return whether this channel was closed} */
    public boolean isClosed() {
        return hub.isClosed();
    }

    /**
     * Ends all subchannels and connections. Messages that were sent are still delivered; what was not received here is
     * discarded; who waits gets an {@link IllegalStateException}. Waits for nobody. Idempotent.
     */
    @Override
    public void close() {
        hub.close();
    }

    @Override
    public String toString() {
        return "Channel[" + hub.address() + (isClosed() ? ", closed" : "") + "]";
    }

    /** How a channel is to be. Not thread-safe. */
    public static final class Builder {

        private static final int MAX_THRESHOLD = 32 << 10;
        private static final Duration DEFAULT_SPIN = Duration.ofNanos(30_000);
        private static final Duration MAX_SPIN = Duration.ofMillis(1);

        private @Nullable Path directory;
        private @Nullable ResourceLinkFactory segments;
        private @Nullable Codec codec;
        private Credits credits = Credits.DEFAULT;
        private int threshold = 16 << 10;
        private Duration spin = defaultSpin(Runtime.getRuntime().availableProcessors());
        private ChannelListener listener = new ChannelListener() {
        };

        private Builder() {}

        /** On a single processor, who looks keeps the one it waits for from running. */
        static Duration defaultSpin(int processors) {
            return processors < 2 ? Duration.ZERO : DEFAULT_SPIN;
        }

        /**
         * Where channels find each other: all that are to talk name the same directory. Made if it is missing, for this user
         * alone. By default {@code .channels} in the default directory of segments, {@code /dev/shm/ipc-<uid>}.
         *
         * @param directory a directory of this user that nobody else can enter
         * @return this builder
         */
        public Builder directory(Path directory) {
            this.directory = Objects.requireNonNull(directory, "directory");
            return this;
        }

        /**
         * What makes links of references that come in messages. By default there is none, and a message that carries a link
         * cannot be received.
         *
         * @param segments a factory on the same directories as the sender's; stays the caller's, to be closed later than
         * the channel
         * @return this builder
         */
        public Builder segments(ResourceLinkFactory segments) {
            this.segments = Objects.requireNonNull(segments, "segments");
            return this;
        }

        /**
         * What turns messages into bytes. By default the first one that {@link ServiceLoader} finds, which is
         * {@code io.resourcelink.channel.jackson.JacksonCodec} if {@code jackson-dataformat-cbor} is there. Both sides must
         * use the same.
         *
         * @param codec the codec
         * @return this builder
         */
        public Builder codec(Codec codec) {
            this.codec = Objects.requireNonNull(codec, "codec");
            return this;
        }

        /**
         * How much may lie unreceived on each subchannel that is opened here. By default {@link Credits#DEFAULT}.
         *
         * @param credits the credits
         * @return this builder
         */
        public Builder credits(Credits credits) {
            this.credits = Objects.requireNonNull(credits, "credits");
            return this;
        }

        /**
         * Up to which size an encoded message travels through the socket, where the kernel copies it twice. Longer ones ride
         * in memory of their own. By default 16 KiB.
         *
         * @param bytes the size, from 0 to 32 KiB
         * @return this builder
         * @throws IllegalArgumentException if it is something else
         */
        public Builder threshold(int bytes) {
            if (bytes < 0 || bytes > MAX_THRESHOLD) {
                throw new IllegalArgumentException("A threshold is from 0 to " + MAX_THRESHOLD + " bytes: " + bytes);
            }
            this.threshold = bytes;
            return this;
        }

        /**
         * How long a platform thread that waits looks for a message again and again, giving way to others in between, before
         * it sleeps. It does so only while messages come as fast: a wait that was longer makes the next one sleep at once.
         * Being woken costs tens of microseconds, more than exchanging a small message. By default 30 microseconds; on a
         * machine with a single processor none.
         *
         * @param time how long, from zero, which turns it off, to a millisecond
         * @return this builder
         * @throws IllegalArgumentException if it is something else
         */
        public Builder spin(Duration time) {
            if (time.isNegative() || time.compareTo(MAX_SPIN) > 0) {
                throw new IllegalArgumentException("A spin is from 0 to " + MAX_SPIN.toNanos() + " ns: " + time);
            }
            this.spin = time;
            return this;
        }

        /**
         * Who is told what no call can tell. By default nobody.
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder listener(ChannelListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Opens the channel. One thread, and four descriptors.
         *
         * @return the channel
         * @throws io.resourcelink.error.PermissionException if others can enter the directory
         * @throws io.resourcelink.error.OsException if the system refuses, for lack of descriptors for instance
         * @throws IllegalCallerException if native access is not allowed
         * @throws UnsupportedOperationException on anything but Linux on x86-64 or aarch64
         * @throws IllegalStateException if no codec was given and none is found
         */
        public Channel open() {
            Platform.check();
            Codec chosen = codec == null ? findCodec() : codec;
            Rendezvous rendezvous = directory == null
                    ? Rendezvous.openDefault()
                    : Rendezvous.open(directory);
            try {
                return new Channel(new Hub(rendezvous,
                        new Hub.Options(chosen, segments, credits, threshold, spin.toNanos(), listener)));
            } catch (RuntimeException | Error e) {
                Closing closing = new Closing(e);
                closing.run(rendezvous::unlink);
                closing.run(rendezvous::close);
                throw e;
            }
        }

        private static Codec findCodec() {
            String missing = "There is no codec for messages: add the dependency"
                    + " tools.jackson.dataformat:jackson-dataformat-cbor, or name one with codec(...).";
            try {
                return ServiceLoader.load(Codec.class, Codec.class.getClassLoader()).findFirst()
                        .orElseThrow(() -> new IllegalStateException(missing));
            } catch (LinkageError e) {
                throw new IllegalStateException(missing, e);
            } catch (ServiceConfigurationError e) {
                boolean lacks = e.getCause() == null || e.getCause() instanceof LinkageError;
                throw new IllegalStateException(lacks
                        ? missing
                        : "The codec for messages could not be loaded: " + e
                                + " (" + e.getCause() + ").",
                        e);
            }
        }
    }
}
