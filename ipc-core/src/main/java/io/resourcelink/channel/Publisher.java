package io.resourcelink.channel;

import java.time.Duration;

import io.resourcelink.error.DescriptorLimitException;
import io.resourcelink.error.DestinationKindException;
import io.resourcelink.error.DifferentDirectoryException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.wire.EncodedMessage;
import io.resourcelink.internal.wire.Nanos;
import io.resourcelink.internal.wire.SharedEnd;
import io.resourcelink.internal.wire.Topic;

/**
 * Sends messages to all subscribers of a destination, in all processes of this host. A subscriber whose {@link Channel#subscribe} has
 * returned before a message is published gets it. There is no history: a later subscriber does not. There may be no subscriber.
 *
 * <p>A message is encoded once. Of a link that it carries, each subscriber gets a reference of its own. The messages of one thread
 * arrive at each subscriber in the order in which they were published.
 *
 * <p>A slow subscriber holds a publisher at most for the time of the call, one time for all subscribers together. Then, or at once
 * if the subscriber wishes so ({@link SubscribeOptions#dropping}), the message is dropped for it, and it is told. A subscriber
 * that was waited for in vain is not waited for again before it has handled something.
 *
 * <p>At most 253 descriptors of a publisher are on their way at a time, of which each subscriber has an equal share.
 *
 * <p>Thread-safe. The program that opened it closes it. A publisher that the program forgets is closed after the garbage collector
 * has found it. The program keeps its own handles to what a message carries.
 *
 * @param <T> the type of the messages
 */
public final class Publisher<T> implements AutoCloseable {

    private static final SendOptions DEFAULT = SendOptions.DEFAULT.timeout(Duration.ofSeconds(5));

    private final Coding messages;
    private final Topic topic;
    private final SharedEnd end;
    private final String destination;
    private final MessageType<T> type;

    Publisher(Coding messages, Topic topic, String destination, MessageType<T> type) {
        this(messages, topic, new SharedEnd(topic::close), destination, type);
    }

    private Publisher(Coding messages, Topic topic, SharedEnd end, String destination, MessageType<T> type) {
        this.messages = messages;
        this.topic = topic;
        this.end = end;
        this.destination = destination;
        this.type = type;
    }

    /**
     * Publishes a message. Waits for slow subscribers for five seconds at most.
     *
     * @param message the message
     * @return how many subscribers it has reached; see {@link #publish(Object, SendOptions)} for the exceptions
     * @throws InterruptedException if the thread is interrupted while it waits; see {@link #publish(Object, SendOptions)}
     */
    public PublishResult publish(T message) throws InterruptedException {
        return publish(message, DEFAULT);
    }

    /**
     * Publishes a message.
     *
     * @param message the message
     * @param options how to send it: its time-out is for all subscribers together
     * @return how many subscribers it has reached. If it could not be sent to some of them, while others were reached, {@link
     * ChannelListener#failed} is told the reason
     * @throws DescriptorLimitException if it has reached no subscriber, because this user has too many descriptors in sockets
     * @throws DifferentDirectoryException if it has reached no subscriber, because it carries a link, and they have their segments in
     * another directory
     * @throws DestinationKindException if the destination is served by competing consumers, and has no subscriber
     * @throws MessageException if the message cannot be encoded or carries too much
     * @throws InterruptedException if the thread is interrupted while it waits. Other subscribers may have been reached; those that were
     * waited for have missed it, and are told
     * @throws IllegalStateException if this publisher or its channel is closed, also while the call waits
     */
    public PublishResult publish(T message, SendOptions options) throws InterruptedException {
        if (!options.handOver()) {
            end.ensureOpen("publisher");
        }
        try (EncodedMessage encoded = new EncodedMessage(options.handOver())) {
            messages.encode(message, type, encoded, true);
            encoded.setHeaders(options.headers());
            encoded.setAges(Nanos.of(options.age()), Nanos.of(options.maxAge()));
            end.ensureOpen("publisher");
            messages.sending().ensureOpen();
            Topic.Outcome outcome = topic.publish(encoded, end, Nanos.of(options.timeout()));
            return new PublishResult(outcome.reached(), outcome.dropped());
        }
    }

    /**
     * Returns this publisher for messages of another type. No check is possible here: a subscriber that does not expect that type gets a
     * {@link MessageException} or wrong values.
     *
     * @param <U> the type of the messages
     * @param other the type of the messages
     * @return a view of this publisher: closing either closes both
     */
    public <U> Publisher<U> typed(MessageType<U> other) {
        return new Publisher<>(messages, topic, end, destination, other);
    }

    /** {@return the destination} */
    public String destination() {
        return destination;
    }

    /** {@return the type of its messages} */
    public MessageType<T> type() {
        return type;
    }

    /** {@return whether this publisher was closed} */
    public boolean isClosed() {
        return end.isClosed();
    }

    /** Closes this publisher. What was published before is still received. Never waits. Idempotent. */
    @Override
    public void close() {
        end.close();
    }

    @Override
    public String toString() {
        return "Publisher[" + destination + ", " + type + (isClosed() ? ", closed" : "") + "]";
    }
}
