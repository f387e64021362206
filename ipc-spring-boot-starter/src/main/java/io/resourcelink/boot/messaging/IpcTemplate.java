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
 * Sends messages to destinations of this host, whichever process serves them. It connects to a destination when it first
 * sends there, and again when who served it is gone: a message then goes to whoever serves it next. While nobody does, or
 * the listener has too much unreceived, sending waits, no longer than the send time-out.
 *
 * <p>A message is delivered at most once. What a listener had not received when it died is lost; so a request tells
 * more than a message does.
 *
 * <p>What a message carries (regions, links, senders) stays the caller's, to be closed after sending. What a reply carries
 * is the caller's, too.
 *
 * <p>Thread-safe once configured. Closed with the context; the channel stays its owner's.
 *
 * {@snippet lang = java :
 * template.convertAndSend("frames", new Frame(link, width, height));
 * Histogram histogram = template.sendAndReceive("histograms", new Frame(link, width, height), Histogram.class);
 * }
 */
public class IpcTemplate extends AbstractMessageSendingTemplate<String> implements AutoCloseable {

    /** How long sending waits unless it is told otherwise. */
    public static final Duration DEFAULT_SEND_TIMEOUT = Duration.ofSeconds(5);

    /** How long a reply is waited for unless it is told otherwise. */
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
     * Makes a template. No system call.
     *
     * @param channel what it sends with; stays the caller's, to be closed later than this template
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
     * How long sending waits for somebody to serve the destination, to answer and to take the message. 5 s by default.
     *
     * @param timeout how long; zero tries once. Who serves the destination has 100 ms to answer in any case
     */
    public void setSendTimeout(Duration timeout) {
        this.sendTimeout = timeout;
    }

    /**
     * How long a reply is waited for after its request was sent. 30 s by default.
     *
     * @param timeout how long
     */
    public void setReplyTimeout(Duration timeout) {
        this.replyTimeout = timeout;
    }

    /**
     * How long to pause before the next attempt while nobody serves a destination. From 10 ms to 0.5 s by default. If it
     * gives up, so does sending.
     *
     * @param backOff the pauses
     */
    public void setBackOff(BackOff backOff) {
        this.backOff = backOff;
    }

    /**
     * Who is told of each message that is sent, and has its trace context travel in the headers. Nobody by default.
     *
     * @param observations the registry
     */
    public void setObservationRegistry(ObservationRegistry observations) {
        this.observations = observations;
    }

    /**
     * Sends a payload; the same as {@link #convertAndSend(Object, Object) convertAndSend}.
     *
     * @param destination where to
     * @param payload the payload, or a {@link Message}
     * @throws MessageDeliveryException if it was not sent; its cause says why
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
     * Sends a request, and waits for the reply, for as long as the reply time-out.
     *
     * @param <R> what the reply is
     * @param destination where to
     * @param request the payload, or a {@link Message}
     * @param replyType what the reply is
     * @return the reply, the caller's to close; {@code null} if the listener's method has returned nothing
     * @throws MessageDeliveryException if the request was not sent; its cause says why
     * @throws ListenerFailedException if the listener has failed
     * @throws ListenerGoneException if the listener's process is gone, at once
     * @throws ReplyTimeoutException if there is no reply in time
     */
    public <R> @Nullable R sendAndReceive(String destination, Object request, Class<R> replyType) {
        return exchange(destination, message(request), types.of(replyType), replyTimeout);
    }

    /**
     * Sends a request, and waits for the reply no longer than a given time; see
     * {@link #sendAndReceive(String, Object, Class)}.
     *
     * @param <R> what the reply is
     * @param destination where to
     * @param request the payload, or a {@link Message}
     * @param replyType what the reply is
     * @param timeout how long to wait for the reply once the request was sent
     * @return the reply, the caller's to close; {@code null} if the listener's method has returned nothing
     */
    public <R> @Nullable R sendAndReceive(String destination, Object request, Class<R> replyType, Duration timeout) {
        return exchange(destination, message(request), types.of(replyType), timeout);
    }

    /**
     * Sends a request, and waits for the reply; see {@link #sendAndReceive(String, Object, Class)}.
     *
     * @param <R> what the reply is
     * @param destination where to
     * @param request the payload, or a {@link Message}
     * @param replyType what the reply is
     * @return the reply, the caller's to close; {@code null} if the listener's method has returned nothing
     */
    public <R> @Nullable R sendAndReceive(String destination, Object request,
            ParameterizedTypeReference<R> replyType) {
        return exchange(destination, message(request), types.of(replyType.getType()), replyTimeout);
    }

    /**
     * Sends a request, and waits for the reply no longer than a given time; see
     * {@link #sendAndReceive(String, Object, Class)}.
     *
     * @param <R> what the reply is
     * @param destination where to
     * @param request the payload, or a {@link Message}
     * @param replyType what the reply is
     * @param timeout how long to wait for the reply once the request was sent
     * @return the reply, the caller's to close; {@code null} if the listener's method has returned nothing
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
            // The listener has the only one now, so its end is the end of the waiting.
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

    /** Closes the connections to all destinations, whatever fails. Never waits. Idempotent. */
    @Override
    public void close() {
        closed = true;
        Closing closing = new Closing();
        outlets.values().forEach(outlet -> closing.run(outlet::close));
        closing.end();
    }
}
