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
 * All code that is called from here belongs to others: the listener's method, converters, validators, observation
 * handlers, the codec, error handlers, loggers. Each of them may throw any Throwable, and every allocation may throw an
 * OutOfMemoryError. Therefore the steps are nested try blocks and not lambdas. The sender is told, the attachments are
 * closed and the failure is counted, regardless of what the other steps do.
 */

/** Delivers messages to their listener, and the result to the sender or the next destination. Thread-safe. */
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

    /** {@return the number of messages that failed} */
    long failures() {
        return failures.get();
    }

    /** Handles a message, and closes everything that was opened for it. Never throws. */
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
                result = AsyncResult.await(endpoint.handler().handle(message(envelope)));
            } finally {
                // The method may leave the interrupt flag set. The flag must not stop the reply.
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

    /** The method gives its result away: everything that the result carries is closed, whether it was sent or not. */
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
                throw new MessageException("The sender did not take the reply within " + options.replyTimeout() + '.',
                        null);
            }
        } catch (DisconnectedException _) {
            // The sender of the request does not wait any more.
        }
    }

    /**
     * Tells the sender if it waits, then this side. If that fails, the sender sees that the subchannel of the reply has
     * ended.
     */
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

    /** Counts a failed message, and reports it to the application's error handler or the log. Never throws. */
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

    /** The payload itself may be closeable. Its attachments are closed in any case. */
    private void closeItself(@Nullable Object payload) {
        if (payload instanceof AutoCloseable closeable) {
            close(closeable);
        }
    }
}
