package io.resourcelink.boot.messaging;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.util.backoff.BackOff;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.PendingReply;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.work.Closing;

/** Sends to all destinations of a template, and says why if it cannot. Thread-safe. */
final class Outlets implements AutoCloseable {

    private final Channel channel;
    private final PayloadTypes types = new PayloadTypes();
    private final Map<String, Outlet> outlets = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Outlets(Channel channel) {
        this.channel = channel;
    }

    /**
     * Sends a message.
     *
     * @throws DestinationNotServedException if no process served the destination in time
     * @throws MessageDeliveryException if the message was not sent for another reason
     */
    void send(Outgoing message, BackOff backOff) {
        send(message, backOff, (sender, left) -> sender.typed(types.of(message.payload())).send(message.payload(),
                message.within(left)) ? Boolean.TRUE : null);
    }

    /**
     * Sends a request.
     *
     * @return the reply that is to come, which the caller closes
     * @throws DestinationNotServedException if no process served the destination in time
     * @throws MessageDeliveryException if the request was not sent for another reason
     */
    <R> PendingReply<R> request(Outgoing request, MessageType<R> reply, BackOff backOff) {
        return send(request, backOff, (sender, left) -> {
            try {
                return sender.typed(types.of(request.payload())).request(request.payload(), reply,
                        request.within(left));
            } catch (UnresponsiveException _) {
                return null;
            }
        });
    }

    private <T> T send(Outgoing message, BackOff backOff, Outlet.Attempt<T> attempt) {
        Deadline deadline = Deadline.in(message.sendTimeout());
        try {
            return outlet(message.destination(), backOff).send(attempt, deadline, message.failsFast());
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

    private static MessageDeliveryException notSent(Outgoing message, @Nullable String why, Exception cause) {
        return new MessageDeliveryException(message.message(),
                "A message to \"" + message.destination() + "\" was not sent: " + why, cause);
    }

    private Outlet outlet(String destination, BackOff backOff) {
        Outlet outlet = outlets.computeIfAbsent(destination, unknown -> new Outlet(channel, unknown, backOff));
        if (closed) {
            outlet.close();
        }
        return outlet;
    }

    /** {@return the destinations that were sent to, each with the id of the process that it is connected to} */
    Map<String, Long> destinations() {
        Map<String, Long> destinations = new TreeMap<>();
        outlets.forEach((destination, outlet) -> destinations.put(destination, outlet.process()));
        return destinations;
    }

    /** Closes what a payload or a reply carries. */
    void discard(Object payload) {
        types.discard(channel, payload);
    }

    /** Closes the connections to all destinations, also after a failure. Does not block. Idempotent. */
    @Override
    public void close() {
        closed = true;
        Closing closing = new Closing();
        outlets.values().forEach(outlet -> closing.run(outlet::close));
        closing.end();
    }
}
