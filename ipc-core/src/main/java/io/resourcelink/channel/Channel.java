package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.wire.EncodedMessage;
import io.resourcelink.internal.wire.Endpoint;
import io.resourcelink.internal.wire.Kind;
import io.resourcelink.internal.wire.LocalTarget;
import io.resourcelink.internal.wire.Nanos;
import io.resourcelink.internal.wire.Traffic;

/**
 * Sends and receives the messages of a process: many subchannels over few connections. A channel listens on one socket. Each other
 * channel that has senders to it has one connection to it; when that connection ends, those senders are gone. Two channels in one
 * process are as independent as two processes.
 *
 * <p>Thread-safe. The program that opened it closes it; this also closes all its subchannels. If the process dies, the kernel
 * closes everything: other channels are told at once, and the next process that opens a channel removes the name of the socket. A
 * channel stays open until it is closed, also if the program keeps only the ends of its subchannels.
 *
 * <p>A channel that receives links needs a factory ({@link ChannelBuilder#segments}); one that only sends them does not.
 *
 * {@snippet lang = java :
 * try (Channel channel = Channel.open(); Subchannel<Frame> frames = channel.subchannel(Frame.class)) {
 *     worker.send(new Request(frames.sender()));       // the sender travels to another process ...
 *     Frame frame = frames.receiver().receive();       // ... and this is what that process sends
 * }
 * }
 */
public final class Channel implements AutoCloseable {

    /** A process that runs answers within milliseconds, even on a busy machine. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final Endpoint endpoint;
    private final Credits credits;
    private final Messages messages;
    private final Serving serving;

    Channel(Endpoint endpoint, Codec codec, Credits credits) {
        this.endpoint = endpoint;
        this.credits = credits;
        this.messages = new Messages(codec, endpoint.sending());
        this.serving = new Serving(endpoint, this.messages);
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
    public static ChannelBuilder builder() {
        return new ChannelBuilder();
    }

    /**
     * Opens a subchannel with the channel's credits. No system call.
     *
     * @param <T> the type of the messages
     * @param messages the type of the messages; {@code byte[].class} for bytes that no codec touches
     * @return both its ends
     * @throws IllegalStateException if this channel is closed
     */
    public <T> Subchannel<T> subchannel(Class<T> messages) {
        return subchannel(MessageType.of(messages));
    }

    /**
     * Opens a subchannel with the channel's credits. No system call.
     *
     * @param <T> the type of the messages
     * @param messages the type of the messages
     * @return both its ends
     * @throws IllegalStateException if this channel is closed
     */
    public <T> Subchannel<T> subchannel(MessageType<T> messages) {
        return subchannel(messages, credits);
    }

    /**
     * Opens a subchannel. No system call.
     *
     * @param <T> the type of the messages
     * @param messages the type of the messages
     * @param credits how much may be on its way to it: sent, and not yet handled
     * @return both its ends
     * @throws IllegalStateException if this channel is closed
     */
    public <T> Subchannel<T> subchannel(MessageType<T> messages, Credits credits) {
        LocalTarget target = endpoint.receivers().open(credits.allowance());
        target.join();
        return new Subchannel<>(new SubSender<>(this.messages, target, messages), serving.receiver(target, messages));
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
     * @param <T> the type of the messages
     * @param messages the type of the messages
     * @return the server
     * @throws IllegalStateException if this channel is closed
     */
    public <T> OneShotServer<T> oneShotServer(Class<T> messages) {
        return oneShotServer(MessageType.of(messages));
    }

    /**
     * Opens a server for a first contact. No system call.
     *
     * @param <T> the type of the messages
     * @param messages the type of the messages
     * @return the server
     * @throws IllegalStateException if this channel is closed
     */
    public <T> OneShotServer<T> oneShotServer(MessageType<T> messages) {
        return serving.oneShot(messages, credits.allowance());
    }

    /**
     * Connects to a server, one-shot or named, in this or another process. Waits for the answer of its process for five seconds at
     * most; {@link #connect(String, Class, Duration)} waits as long as it is told. Neither waits for a server to appear: without
     * one, they fail at once.
     *
     * @param <T> the type of the messages
     * @param name the server's name
     * @param messages the type of the messages
     * @return a sender to it
     * @throws DisconnectedException if there is no such server, it is closed, or it is a one-shot server that was used already
     * @throws UnresponsiveException if its process has not answered in time: it is stopped, or too many others connect
     * @throws IllegalArgumentException if the name is not valid
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this channel is closed
     */
    public <T> SubSender<T> connect(String name, Class<T> messages) throws InterruptedException {
        return connect(name, MessageType.of(messages));
    }

    /**
     * Connects to a server, one-shot or named, in this or another process; see {@link #connect(String, Class)}.
     *
     * @param <T> the type of the messages
     * @param name the server's name
     * @param messages the type of the messages
     * @return a sender to it
     * @throws DisconnectedException if there is no such server, it is closed, or it is a one-shot server that was used already
     * @throws UnresponsiveException if its process has not answered in time: it is stopped, or too many others connect
     * @throws IllegalArgumentException if the name is not valid
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this channel is closed
     */
    public <T> SubSender<T> connect(String name, MessageType<T> messages) throws InterruptedException {
        return connect(name, messages, CONNECT_TIMEOUT);
    }

    /**
     * Connects to a server, one-shot or named, in this or another process, or gives up after a time. The time is for the answer of
     * the server's process. This method does not wait for a server to appear: without one, it fails at once. If it gives up, the
     * server's process cancels the attempt later; a one-shot server is used up nevertheless.
     *
     * @param <T> the type of the messages
     * @param name the server's name
     * @param messages the type of the messages
     * @param timeout how long to wait; a server in this channel answers at once
     * @return a sender to it
     * @throws DisconnectedException if there is no such server, it is closed, or it is a one-shot server that was used already
     * @throws UnresponsiveException if its process has not answered in time: it is stopped, or too many others connect
     * @throws IllegalArgumentException if the name is not valid
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this channel is closed
     */
    public <T> SubSender<T> connect(String name, Class<T> messages, Duration timeout) throws InterruptedException {
        return connect(name, MessageType.of(messages), timeout);
    }

    /**
     * Connects to a server, or gives up after a time; see {@link #connect(String, Class, Duration)}.
     *
     * @param <T> the type of the messages
     * @param name the server's name
     * @param messages the type of the messages
     * @param timeout how long to wait; a server in this channel answers at once
     * @return a sender to it
     * @throws DisconnectedException if there is no such server, it is closed, or it is a one-shot server that was used already
     * @throws UnresponsiveException if its process has not answered in time: it is stopped, or too many others connect
     * @throws IllegalArgumentException if the name is not valid
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this channel is closed
     */
    public <T> SubSender<T> connect(String name, MessageType<T> messages, Duration timeout)
            throws InterruptedException {
        return connect(name, messages, Nanos.of(timeout));
    }

    private <T> SubSender<T> connect(String name, MessageType<T> messages, long nanos) throws InterruptedException {
        return new SubSender<>(this.messages, endpoint.connect(name, nanos), messages);
    }

    /**
     * Opens a server for any number of senders, under a name that others know beforehand: a destination. Its receiver stays connected
     * as long as the server is open. The name is an entry in the directory of channels. If this process dies, the next process that
     * serves the destination gets the name.
     *
     * @param <T> the type of the messages
     * @param destination letters, digits, dots, hyphens and underscores, up to 64 of them, the first a letter
     * @param messages the type of the messages
     * @return the server
     * @throws io.resourcelink.error.AddressInUseException if a living process serves that destination
     * @throws io.resourcelink.error.MessageException if the codec says that no message can be of this type
     * @throws IllegalArgumentException if the name is not valid
     * @throws IllegalStateException if this channel is closed
     */
    public <T> NamedServer<T> serve(String destination, MessageType<T> messages) {
        return serve(destination, messages, credits);
    }

    /**
     * Opens a server for any number of senders with credits of its own; see {@link #serve(String, MessageType)}.
     *
     * @param <T> the type of the messages
     * @param destination the name
     * @param messages the type of the messages
     * @param serverCredits how much may lie there unhandled, for each channel that sends
     * @return the server
     * @throws io.resourcelink.error.AddressInUseException if a living process serves that destination
     * @throws io.resourcelink.error.MessageException if the codec says that no message can be of this type
     * @throws IllegalArgumentException if the name is not valid
     * @throws IllegalStateException if this channel is closed
     */
    public <T> NamedServer<T> serve(String destination, MessageType<T> messages, Credits serverCredits) {
        return serving.named(destination, messages, serverCredits.allowance(), endpoint.names()::publish);
    }

    /**
     * Opens a server that competes with others, in this and other processes, for the messages to a destination: a queue. Each message
     * goes to one of them, the one with most credit left. It waits at its sender until one has credit; there is no other place where
     * messages wait. What a consumer that dies has not answered is reported to its senders at once, and is not sent again by itself.
     *
     * @param <T> the type of the messages
     * @param destination the name, as in {@link #serve(String, MessageType)}
     * @param messages the type of the messages
     * @param serverCredits how much may lie at this consumer unhandled, for each channel that sends
     * @return the server
     * @throws io.resourcelink.error.DestinationKindException if a living process serves that destination alone, or as a topic
     * @throws io.resourcelink.error.MessageException if the codec says that no message can be of this type
     * @throws IllegalArgumentException if the name is not valid
     * @throws IllegalStateException if this channel is closed
     */
    public <T> NamedServer<T> serveCompeting(String destination, MessageType<T> messages, Credits serverCredits) {
        return serving.named(destination, messages, serverCredits.allowance(),
                (name, number) -> endpoint.names().publish(name, Kind.QUEUE, false, number));
    }

    /**
     * Subscribes to a destination: a topic. From when this method has returned, the subscriber gets each message that a {@link
     * Publisher} of this host publishes there, unless it is too slow; {@link SubReceiver#missed} tells how many it has missed.
     *
     * @param <T> the type of the messages
     * @param destination the name, as in {@link #serve(String, MessageType)}
     * @param messages the type of the messages
     * @param options what happens when the subscriber is slow
     * @return the subscriber; closing it ends the subscription
     * @throws io.resourcelink.error.DestinationKindException if a living process serves that destination in another way
     * @throws io.resourcelink.error.MessageException if the codec says that no message can be of this type
     * @throws IllegalArgumentException if the name is not valid
     * @throws IllegalStateException if this channel is closed
     */
    public <T> NamedServer<T> subscribe(String destination, MessageType<T> messages, SubscribeOptions options) {
        return serving.named(destination, messages, options.credits().allowance(),
                (name, number) -> endpoint.names().publish(name, Kind.TOPIC, options.dropping(), number));
    }

    /**
     * Opens a publisher to the subscribers of a destination. Waits for none of them; there may be none.
     *
     * @param <T> the type of the messages
     * @param destination the name, as in {@link #serve(String, MessageType)}
     * @param messages the type of the messages
     * @return the publisher
     * @throws IllegalArgumentException if the name is not valid
     * @throws IllegalStateException if this channel is closed
     */
    public <T> Publisher<T> publisher(String destination, MessageType<T> messages) {
        return new Publisher<>(this.messages, endpoint.topic(destination), destination, messages);
    }

    /**
     * Opens a server for any number of senders; see {@link #serve(String, MessageType)}.
     *
     * @param <T> the type of the messages
     * @param destination the name
     * @param messages the type of the messages
     * @return the server
     * @throws io.resourcelink.error.AddressInUseException if a living process serves that destination
     * @throws io.resourcelink.error.MessageException if the codec says that no message can be of this type
     * @throws IllegalArgumentException if the name is not valid
     * @throws IllegalStateException if this channel is closed
     */
    public <T> NamedServer<T> serve(String destination, Class<T> messages) {
        return serve(destination, MessageType.of(messages));
    }

    /**
     * Closes what a message carries, no matter which object holds it, instead of sending the message. Encodes the message to find
     * what it carries.
     *
     * @param <T> the type of the message
     * @param message the message
     * @param type the type of the message
     * @throws io.resourcelink.error.MessageException if the message cannot be encoded; what was found until then is closed
     */
    public <T> void discard(T message, MessageType<T> type) {
        try (EncodedMessage encoded = new EncodedMessage(true)) {
            messages.encode(message, type, encoded, false);
        }
    }

    /** {@return what this channel has done, and what has arrived and was not received} No system call. */
    public ChannelStatistics statistics() {
        Traffic sent = endpoint.sent();
        Traffic received = endpoint.received();
        return new ChannelStatistics(sent.messages(), sent.bytes(), sent.attachments(), received.messages(),
                received.bytes(), received.attachments(), endpoint.disconnects(), endpoint.connections(),
                endpoint.receivers().size(), endpoint.receivers().queued(), endpoint.unhandled(), endpoint.failures(),
                endpoint.reached(), endpoint.dropped(), endpoint.receivers().missed());
    }

    /** {@return the directory where channels find each other} No system call. */
    public Path directory() {
        return endpoint.directory();
    }

    /**
     * Returns whether a process serves a destination, or has died while it served it. A process that gives a destination up leaves
     * no trace. Useful to tell a name that is misspelt from a server that is about to be started again.
     *
     * @param destination the name
     * @return whether it is known in the {@link #directory()}
     * @throws IllegalArgumentException if the name is not valid
     */
    public boolean isKnown(String destination) {
        return endpoint.hasEntry(destination);
    }

    /** {@return how much may be on its way to a receiver of this channel that has no credits of its own} */
    public Credits credits() {
        return credits;
    }

    /** {@return whether this channel was closed} */
    public boolean isClosed() {
        return endpoint.isClosed();
    }

    /**
     * Ends all subchannels and connections. Messages that were sent are still delivered. Messages that were not received here are
     * discarded. Threads that wait get an {@link IllegalStateException}, those that wait for a reply a {@link
     * DisconnectedException}. Waits for no other process, except with {@link ChannelBuilder#batching}. Idempotent.
     */
    @Override
    public void close() {
        endpoint.close();
    }

    @Override
    public String toString() {
        return "Channel[" + endpoint.address() + (isClosed() ? ", closed" : "") + "]";
    }
}
