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

/*
 * An outlet that has connected stays until the end. Until then, the map's lock of its name guards how many threads use it, and
 * the last one that leaves takes it out of the map. So no thread connects an outlet that is not in the map, where closing
 * would not find it.
 */

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
     * @throws IllegalArgumentException if the destination is not a valid name
     * @throws IllegalStateException if this or the channel is closed
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
     * @throws IllegalArgumentException if the destination is not a valid name
     * @throws IllegalStateException if this or the channel is closed
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
            return through(message, backOff, attempt, deadline);
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

    private <T> T through(Outgoing message, BackOff backOff, Outlet.Attempt<T> attempt, Deadline deadline)
            throws InterruptedException, TimeoutException, Outlet.NotServedException {
        Outlet outlet = enter(message.destination(), backOff);
        try {
            return outlet.send(attempt, deadline, message.failsFast());
        } finally {
            leave(message.destination(), outlet);
        }
    }

    private static MessageDeliveryException notSent(Outgoing message, @Nullable String why, Exception cause) {
        return new MessageDeliveryException(message.message(),
                "A message to \"" + message.destination() + "\" was not sent: " + why, cause);
    }

    private Outlet enter(String destination, BackOff backOff) {
        Outlet outlet = outlets.get(destination);
        if (outlet == null || !outlet.hasConnected()) {
            outlet = outlets.compute(destination, (name, known) -> {
                Outlet entered = known == null ? outlet(name, backOff) : known;
                entered.users++;
                return entered;
            });
        }
        if (closed) {
            outlet.close();
        }
        return outlet;
    }

    /** Asks the channel first, which refuses a name that is not valid. */
    private Outlet outlet(String destination, BackOff backOff) {
        channel.isKnown(destination);
        return new Outlet(channel, destination, backOff);
    }

    /** The last thread that leaves an outlet that has never connected forgets it: the name may be misspelt. */
    private void leave(String destination, Outlet left) {
        if (!left.hasConnected()) {
            outlets.computeIfPresent(destination,
                    (_, outlet) -> --outlet.users > 0 || outlet.hasConnected() ? outlet : null);
        }
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
