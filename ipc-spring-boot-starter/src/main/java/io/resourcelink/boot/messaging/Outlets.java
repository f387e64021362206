package io.resourcelink.boot.messaging;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.util.backoff.BackOff;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.PendingReply;
import io.resourcelink.channel.PublishResult;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.work.Closing;

/** Sends to all destinations of a template, and says why if it cannot. Thread-safe. */
final class Outlets implements AutoCloseable {

    private final Channel channel;
    private final PayloadTypes types = new PayloadTypes();
    private final PerDestination<Outlet> outlets;
    private final PerDestination<TopicOutlet> topics;

    Outlets(Channel channel, Supplier<BackOff> backOff) {
        this.channel = channel;
        this.outlets = new PerDestination<>(destination -> outlet(destination, backOff.get()));
        this.topics = new PerDestination<>(destination -> new TopicOutlet(channel, destination));
    }

    /** Asks the channel first, which refuses a name that is not valid. */
    private Outlet outlet(String destination, BackOff backOff) {
        channel.isKnown(destination);
        return new Outlet(channel, destination, backOff);
    }

    /**
     * Sends a message.
     *
     * @throws DestinationNotServedException if no process served the destination in time
     * @throws MessageDeliveryException if the message was not sent for another reason
     * @throws IllegalArgumentException if the destination is not a valid name
     * @throws IllegalStateException if this or the channel is closed
     */
    void send(Outgoing message) {
        send(message, (sender, left) -> sender.typed(types.of(message.payload())).send(message.payload(),
                message.within(left)) ? Boolean.TRUE : null);
    }

    /**
     * Sends a request.
     *
     * @return the reply that is to come, which the caller closes
     * @throws DestinationNotServedException if no process served the destination in time
     * @throws MessageDeliveryException if the request was not sent for another reason
     * @throws IllegalArgumentException if the destination is not a valid name
     * @throws IllegalStateException if this or the channel is closed
     */
    <R> PendingReply<R> request(Outgoing request, MessageType<R> reply) {
        return send(request, (sender, left) -> {
            try {
                return sender.typed(types.of(request.payload())).request(request.payload(), reply,
                        request.within(left));
            } catch (UnresponsiveException _) {
                return null;
            }
        });
    }

    private <T> T send(Outgoing message, Outlet.Attempt<T> attempt) {
        Deadline deadline = Deadline.in(message.sendTimeout());
        try {
            return through(message, attempt, deadline);
        } catch (Outlet.NotServedException e) {
            throw new DestinationNotServedException(message.message(), message.destination(), channel.directory()
                    + (e.atOnce ? ", and nobody is known to have served it" : " (waited " + deadline.waited() + ")"),
                    e.atOnce, e.failure);
        } catch (TimeoutException e) {
            throw notSent(message, e.getMessage() + " (waited " + deadline.waited() + ").", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notSent(message, "the thread was interrupted.", e);
        } catch (IpcException e) {
            throw notSent(message, e.getMessage(), e);
        }
    }

    private <T> T through(Outgoing message, Outlet.Attempt<T> attempt, Deadline deadline)
            throws InterruptedException, TimeoutException, Outlet.NotServedException {
        Outlet outlet = outlets.enter(message.destination());
        try {
            return outlet.send(attempt, deadline, message.failsFast());
        } finally {
            outlets.leave(message.destination(), outlet);
        }
    }

    /**
     * Publishes a message.
     *
     * @return how many subscribers it has reached
     * @throws MessageDeliveryException if it has reached none because it cannot be sent, or the thread was interrupted
     * @throws IllegalArgumentException if the destination is not a valid name
     * @throws IllegalStateException if this or the channel is closed
     */
    PublishResult publish(Outgoing message) {
        TopicOutlet topic = topics.enter(message.destination());
        try {
            return topic.publish(message, types.of(message.payload()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notSent(message, "the thread was interrupted. Some subscribers may have got it.", e);
        } catch (IpcException e) {
            throw notSent(message, e.getMessage(), e);
        } finally {
            topics.leave(message.destination(), topic);
        }
    }

    private static MessageDeliveryException notSent(Outgoing message, @Nullable String why, Exception cause) {
        return new MessageDeliveryException(message.message(),
                "A message to \"" + message.destination() + "\" was not sent: " + why, cause);
    }

    /** {@return the destinations that were sent to, each with the id of the process that it is connected to} */
    Map<String, Long> destinations() {
        Map<String, Long> destinations = new TreeMap<>();
        outlets.forEach((destination, outlet) -> destinations.put(destination, outlet.process()));
        return destinations;
    }

    /** {@return the topics that were published to, sorted} */
    SortedSet<String> topics() {
        SortedSet<String> names = new TreeSet<>();
        topics.forEach((destination, _) -> names.add(destination));
        return names;
    }

    /** Closes what a payload or a reply carries. */
    void discard(Object payload) {
        types.discard(channel, payload);
    }

    /** Closes the connections to all destinations, also after a failure. Does not block. Idempotent. */
    @Override
    public void close() {
        Closing closing = new Closing();
        closing.run(outlets::close);
        closing.run(topics::close);
        closing.end();
    }
}
