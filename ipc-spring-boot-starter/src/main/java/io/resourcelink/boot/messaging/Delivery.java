package io.resourcelink.boot.messaging;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.util.ErrorHandler;

import io.resourcelink.channel.Received;
import io.resourcelink.channel.SubSender;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.work.Failures;

/*
 * Everything that is called from here is somebody else's: the listener's method, converters, validators, observation
 * handlers, the codec, error handlers, loggers. Each of them may throw anything, an OutOfMemoryError at any allocation of
 * ours included. So the steps stand in nested try blocks and not in lambdas: what has to happen (tell the sender, close what
 * came, count) happens whatever the others do.
 */

/** Takes messages to their listener, and the result to the sender or the next destination. Thread-safe. */
final class Delivery {

    private final IpcListenerEndpoint endpoint;
    private final ListenerOptions options;
    private final Failures log;
    private final AtomicLong failures = new AtomicLong();
    private final EnvelopeTypes types = new EnvelopeTypes();

    Delivery(IpcListenerEndpoint endpoint, ListenerOptions options, Failures log) {
        this.endpoint = endpoint;
        this.options = options;
        this.log = log;
    }

    /** How many messages have failed. */
    long failures() {
        return failures.get();
    }

    /** Handles a message and closes everything that was opened for it. Never throws. */
    void deliver(Received<Envelope<Object>> received) {
        Envelope<Object> envelope = null;
        try {
            envelope = received.message();
            observe(envelope);
        } catch (Throwable e) {
            fail(received, envelope, e);
        } finally {
            closeItself(envelope == null ? null : envelope.payload());
            close(received);
        }
    }

    private void observe(Envelope<Object> envelope) throws Exception {
        Observed observed = Observations.receive(options.observations(), endpoint.destination(), envelope.headers(),
                log);
        try {
            handle(envelope);
        } catch (Throwable e) {
            observed.failed(e);
            throw e;
        } finally {
            observed.close();
        }
    }

    private void handle(Envelope<Object> envelope) throws Exception {
        Object result = null;
        try {
            try {
                result = endpoint.handler().handle(message(envelope));
            } finally {
                // A method may leave the flag set. Sending the reply must not end because of it.
                Thread.interrupted();
            }
            answer(envelope.replyTo(), result);
        } finally {
            closeItself(result instanceof Message<?> message ? message.getPayload() : result);
        }
    }

    private static Message<?> message(Envelope<Object> envelope) {
        if (envelope.payload() == null) {
            throw new MessageException("The message has no payload.", null);
        }
        return new GenericMessage<>(envelope.payload(), envelope.headers());
    }

    /** What the method returns it gives away: whatever it carries is closed, sent or not. */
    private void answer(@Nullable SubSender<Envelope<Object>> replyTo, @Nullable Object result)
            throws InterruptedException {
        if (replyTo != null) {
            reply(replyTo, envelope(result));
        } else if (result != null) {
            try {
                if (endpoint.sendTo() != null) {
                    options.template().get().send(endpoint.sendTo(), result);
                }
            } finally {
                discard(envelope(result));
            }
        }
    }

    private static Envelope<Object> envelope(@Nullable Object result) {
        return result instanceof Message<?> message
                ? new Envelope<>(Headers.travelling(message.getHeaders()), message.getPayload(), null, null)
                : new Envelope<>(Map.of(), result, null, null);
    }

    private void discard(Envelope<Object> result) {
        if (result.payload() != null && !BeanUtils.isSimpleValueType(result.payload().getClass())) {
            options.channel().get().discard(result, types.of(result));
        }
    }

    private void reply(SubSender<Envelope<Object>> replyTo, Envelope<Object> reply) throws InterruptedException {
        try {
            if (!replyTo.typed(types.of(reply)).hand(reply, options.replyTimeout())) {
                throw new MessageException("A reply was not taken within " + options.replyTimeout() + '.', null);
            }
        } catch (DisconnectedException _) {
            // The sender of the request does not wait any more.
        }
    }

    /** Tells the sender, if it waits, and this side. If telling fails, the end of the reply's subchannel tells the sender. */
    private void fail(Received<Envelope<Object>> received, @Nullable Envelope<Object> envelope, Throwable failure) {
        try {
            Thread.interrupted();
            SubSender<Envelope<Object>> replyTo = (envelope != null ? envelope : received.as(types.unknown()))
                    .replyTo();
            if (replyTo != null) {
                reply(replyTo, Envelope.failed(failure));
            }
        } catch (Throwable e) {
            log.report("telling the sender of a failure", e);
        }
        failed(received.sender(), failure);
    }

    /** Counts a message that failed, and tells the application's error handler of it, or the log. Never throws. */
    void failed(String sender, Throwable failure) {
        failures.incrementAndGet();
        ErrorHandler errors = options.errors();
        try {
            if (errors == null) {
                log.report("handling a message from " + sender, failure);
            } else {
                errors.handleError(failure);
            }
        } catch (Throwable e) {
            log.report("telling the application's ErrorHandler of a failure", e);
        }
    }

    private void close(AutoCloseable received) {
        try {
            received.close();
        } catch (Throwable e) {
            log.report("closing what a message carried", e);
        }
    }

    /** A payload may have something of its own to close. What it carries is closed in any case. */
    private void closeItself(@Nullable Object payload) {
        if (payload instanceof AutoCloseable closeable) {
            close(closeable);
        }
    }
}
