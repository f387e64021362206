package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.core.AbstractMessageSendingTemplate;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.ExponentialBackOff;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.SubReceiver;
import io.resourcelink.channel.Subchannel;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;

/**
 * Sends messages to destinations of this host. It connects to a destination with the first message, and connects again
 * after the process that serves the destination has ended. Sending waits, at most for the send time-out, while no
 * process serves the destination and while the listener has too many unreceived messages.
 *
 * <p>A message is delivered at most once. Messages that a listener had not received when its process died are lost.
 * Only a request tells the sender whether the message was handled.
 *
 * <p>The caller closes the regions, links and senders of a message after sending, and those of a reply.
 *
 * <p>Thread-safe after it was configured. The context closes the template. The template does not close the channel.
 *
 * {@snippet lang = java :
 * template.convertAndSend("frames", new Frame(link, width, height));
 * Histogram histogram = template.sendAndReceive("histograms", new Frame(link, width, height), Histogram.class);
 * }
 */
public class IpcTemplate extends AbstractMessageSendingTemplate<String> implements AutoCloseable {

    /** The default of {@link #setSendTimeout}. */
    public static final Duration DEFAULT_SEND_TIMEOUT = Duration.ofSeconds(5);

    /** The default of {@link #setReplyTimeout}. */
    public static final Duration DEFAULT_REPLY_TIMEOUT = Duration.ofSeconds(30);

    private final Channel channel;
    private final Failures failures = new Failures("A template");
    private final EnvelopeTypes types = new EnvelopeTypes();
    private final Map<String, Outlet> outlets = new ConcurrentHashMap<>();
    private Duration sendTimeout = DEFAULT_SEND_TIMEOUT;
    private Duration replyTimeout = DEFAULT_REPLY_TIMEOUT;
    private BackOff backOff = pauses();
    private ObservationRegistry observations = ObservationRegistry.NOOP;
    private volatile boolean closed;

    /**
     * Creates a template. No system call.
     *
     * @param channel the channel to send with; the caller closes it after this template
     */
    public IpcTemplate(Channel channel) {
        this.channel = channel;
    }

    private static BackOff pauses() {
        ExponentialBackOff pauses = new ExponentialBackOff(10, 2);
        pauses.setMaxInterval(500);
        return pauses;
    }

    /**
     * Sets how long sending waits until a process serves the destination, responds, and accepts the message. The
     * default is 5 s.
     *
     * @param timeout the time-out; zero tries once. The process that serves the destination has at least 100 ms to
     * respond
     */
    public void setSendTimeout(Duration timeout) {
        this.sendTimeout = timeout;
    }

    /**
     * Sets how long a request waits for its reply after it was sent. The default is 30 s.
     *
     * @param timeout the time-out
     */
    public void setReplyTimeout(Duration timeout) {
        this.replyTimeout = timeout;
    }

    /**
     * Sets the pauses between attempts while no process serves a destination. The default is 10 ms to 0.5 s. If the
     * back-off stops, sending fails.
     *
     * @param backOff the pauses
     */
    public void setBackOff(BackOff backOff) {
        this.backOff = backOff;
    }

    /**
     * Sets the registry that observes each sent message. The headers then carry the trace context. By default messages
     * are not observed.
     *
     * @param observations the registry
     */
    public void setObservationRegistry(ObservationRegistry observations) {
        this.observations = observations;
    }

    /**
     * Sends a payload, like {@link #convertAndSend(Object, Object) convertAndSend}.
     *
     * @param destination the destination
     * @param payload the payload, or a {@link Message}
     * @throws MessageDeliveryException if the message was not sent; its cause says why
     */
    public void send(String destination, Object payload) {
        send(destination, message(payload));
    }

    @Override
    protected void doSend(String destination, Message<?> message) {
        Map<String, Object> headers = Headers.travelling(message.getHeaders());
        Observed observed = Observations.send(observations, destination, headers, failures);
        try {
            deliver(destination, message, new Envelope<>(headers, message.getPayload(), null, null));
        } catch (Throwable e) {
            observed.failed(e);
            throw e;
        } finally {
            observed.close();
        }
    }

    /**
     * Sends a request, and waits for the reply, at most for the reply time-out.
     *
     * @param <R> the type of the reply
     * @param destination the destination
     * @param request the payload, or a {@link Message}
     * @param replyType the type of the reply
     * @return the reply, which the caller closes; {@code null} if the listener's method returned nothing
     * @throws MessageDeliveryException if the request was not sent; its cause says why
     * @throws ListenerFailedException if the listener failed
     * @throws ListenerGoneException at once if the listener's process ends
     * @throws ReplyTimeoutException if the reply does not arrive in time
     */
    public <R> @Nullable R sendAndReceive(String destination, Object request, Class<R> replyType) {
        return exchange(destination, message(request), types.of(replyType), replyTimeout);
    }

    /**
     * Sends a request, and waits for the reply, at most for the given time. Otherwise like
     * {@link #sendAndReceive(String, Object, Class)}.
     *
     * @param <R> the type of the reply
     * @param destination the destination
     * @param request the payload, or a {@link Message}
     * @param replyType the type of the reply
     * @param timeout how long to wait for the reply after the request was sent
     * @return the reply, which the caller closes; {@code null} if the listener's method returned nothing
     */
    public <R> @Nullable R sendAndReceive(String destination, Object request, Class<R> replyType, Duration timeout) {
        return exchange(destination, message(request), types.of(replyType), timeout);
    }

    /**
     * Sends a request, and waits for the reply, like {@link #sendAndReceive(String, Object, Class)}.
     *
     * @param <R> the type of the reply
     * @param destination the destination
     * @param request the payload, or a {@link Message}
     * @param replyType the type of the reply
     * @return the reply, which the caller closes; {@code null} if the listener's method returned nothing
     */
    public <R> @Nullable R sendAndReceive(String destination, Object request,
            ParameterizedTypeReference<R> replyType) {
        return exchange(destination, message(request), types.of(replyType.getType()), replyTimeout);
    }

    /**
     * Sends a request, and waits for the reply, at most for the given time. Otherwise like
     * {@link #sendAndReceive(String, Object, Class)}.
     *
     * @param <R> the type of the reply
     * @param destination the destination
     * @param request the payload, or a {@link Message}
     * @param replyType the type of the reply
     * @param timeout how long to wait for the reply after the request was sent
     * @return the reply, which the caller closes; {@code null} if the listener's method returned nothing
     */
    public <R> @Nullable R sendAndReceive(String destination, Object request, ParameterizedTypeReference<R> replyType,
            Duration timeout) {
        return exchange(destination, message(request), types.of(replyType.getType()), timeout);
    }

    private Message<?> message(Object payload) {
        return payload instanceof Message<?> message ? message : doConvert(payload, null, null);
    }

    private <R> @Nullable R exchange(String destination, Message<?> request, MessageType<Envelope<R>> type,
            Duration timeout) {
        Map<String, Object> headers = Headers.travelling(request.getHeaders());
        Observed observed = Observations.send(observations, destination, headers, failures);
        try (Subchannel<Envelope<R>> replies = channel.subchannel(type)) {
            deliver(destination, request, new Envelope<>(headers, request.getPayload(),
                    replies.sender().typed(types.of(Object.class)), null));
            // Now only the listener has a sender. If the listener ends, the receiver is disconnected and the wait ends.
            replies.sender().close();
            return reply(destination, replies.receiver(), timeout);
        } catch (Throwable e) {
            observed.failed(e);
            throw e;
        } finally {
            observed.close();
        }
    }

    private static <R> @Nullable R reply(String destination, SubReceiver<Envelope<R>> replies, Duration timeout) {
        try {
            Optional<Envelope<R>> reply = replies.receive(timeout);
            Envelope<R> envelope = reply.orElseThrow(() -> new ReplyTimeoutException(destination, timeout));
            if (envelope.failure() != null) {
                throw new ListenerFailedException(destination, envelope.failure());
            }
            return envelope.payload();
        } catch (DisconnectedException e) {
            throw new ListenerGoneException(destination, e);
        } catch (MessageException e) {
            throw new MessagingException("The reply from \"" + destination + "\" cannot be read.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MessagingException("Interrupted while waiting for the reply from \"" + destination + "\".", e);
        }
    }

    private void deliver(String destination, Message<?> message, Envelope<Object> envelope) {
        Exception failure;
        try {
            failure = outlet(destination).send(envelope, types.of(envelope),
                    Deadline.in(sendTimeout));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = e;
        } catch (IpcException e) {
            failure = e;
        }
        if (failure != null) {
            throw new MessageDeliveryException(message,
                    "A message to \"" + destination + "\" was not sent: " + failure.getMessage(), failure);
        }
    }

    private Outlet outlet(String destination) {
        Outlet outlet = outlets.computeIfAbsent(destination,
                unknown -> new Outlet(channel, unknown, backOff, types.of(Object.class)));
        if (closed) {
            outlet.close();
        }
        return outlet;
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
