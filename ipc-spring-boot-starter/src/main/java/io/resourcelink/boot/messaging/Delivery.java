package io.resourcelink.boot.messaging;

import java.util.Map;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

import io.resourcelink.channel.SubSender;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;

/** Takes messages to their listener, and what it answers to whom it concerns. */
final class Delivery {

    private final IpcListenerEndpoint endpoint;
    private final ListenerOptions options;
    private final EnvelopeTypes types = new EnvelopeTypes();

    Delivery(IpcListenerEndpoint endpoint, ListenerOptions options) {
        this.endpoint = endpoint;
        this.options = options;
    }

    void deliver(Envelope<Object> envelope) throws InterruptedException {
        Observation observation = Observations.receive(options.observations(), endpoint.destination(),
                envelope.headers());
        Object result = null;
        Throwable failure = null;
        try (Observation.Scope _ = observation.openScope()) {
            result = endpoint.handler().handle(message(envelope));
            answer(envelope.replyTo(), result);
        } catch (Throwable e) {
            failure = e;
            observation.error(e);
            reportTo(envelope.replyTo(), e);
        } finally {
            observation.stop();
            close(envelope, result);
        }
        if (failure instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        if (failure != null) {
            options.failed(failure);
        }
    }

    private static Message<?> message(Envelope<Object> envelope) {
        if (envelope.payload() == null) {
            throw new MessageException("The message has no payload.", null);
        }
        return new GenericMessage<>(envelope.payload(), envelope.headers());
    }

    private void answer(@Nullable SubSender<Envelope<Object>> replyTo, @Nullable Object result)
            throws InterruptedException {
        if (replyTo != null) {
            reply(replyTo, result instanceof Message<?> message
                    ? new Envelope<>(Headers.travelling(message.getHeaders()), message.getPayload(), null, null)
                    : new Envelope<>(Map.of(), result, null, null));
        } else if (result != null && endpoint.sendTo() != null) {
            options.template().get().send(endpoint.sendTo(), result);
        }
    }

    private void reply(SubSender<Envelope<Object>> replyTo, Envelope<Object> reply) throws InterruptedException {
        try {
            if (!replyTo.typed(types.of(reply)).send(reply, options.replyTimeout())) {
                throw new MessageException("A reply was not taken within " + options.replyTimeout() + '.', null);
            }
        } catch (DisconnectedException _) {
            // Who has asked does not wait any more.
        }
    }

    /** What fails here as well leaves the sender with the end of its reply's subchannel, which tells it enough. */
    private void reportTo(@Nullable SubSender<Envelope<Object>> replyTo, Throwable failure)
            throws InterruptedException {
        if (replyTo != null) {
            try {
                reply(replyTo, Envelope.failed(failure));
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private void close(Envelope<Object> envelope, @Nullable Object result) {
        try (SubSender<Envelope<Object>> _ = envelope.replyTo()) {
            Carried.close(envelope.payload());
            Carried.close(result);
        } catch (RuntimeException e) {
            options.failed(e);
        }
    }
}
