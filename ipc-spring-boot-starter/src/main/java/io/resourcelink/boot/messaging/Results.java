package io.resourcelink.boot.messaging;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;

import io.resourcelink.channel.Received;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;

/**
 * Sends the results of a listener: to a sender that waits, or to the next destination. The method gives its result away:
 * everything that the result carries is closed, whether it was sent or not. Thread-safe.
 */
final class Results {

    private final ListenerOptions options;
    private final PayloadTypes types = new PayloadTypes();

    Results(ListenerOptions options) {
        this.options = options;
    }

    /**
     * Sends a result.
     *
     * @param wanted whether the sender waits for it
     * @param result the result; {@code null} is that of a method that returns nothing
     * @param sendTo where it goes if the sender does not wait, or {@code null}
     */
    void send(Received<Object> request, boolean wanted, @Nullable Object result, @Nullable String sendTo)
            throws InterruptedException {
        if (wanted) {
            reply(request, result);
        } else if (result != null) {
            try {
                forward(result, sendTo);
            } finally {
                types.discard(options.channel().get(), payload(result));
            }
        }
    }

    private void reply(Received<Object> request, @Nullable Object result) throws InterruptedException {
        Deadline deadline = Deadline.in(options.replyTimeout());
        SendOptions how = SendOptions.DEFAULT.timeout(options.replyTimeout()).headers(headers(result));
        try {
            boolean sent = result == null
                    ? request.reply(how)
                    : request.reply(payload(result), types.of(payload(result)), how.handingOver());
            if (!sent && deadline.isOver()) {
                throw new MessageException("The sender did not take the reply within " + options.replyTimeout() + '.',
                        null);
            }
        } catch (DisconnectedException _) {
            // The process that has sent the request has ended.
        }
    }

    private void forward(Object result, @Nullable String sendTo) {
        IpcSendOptions how = IpcSendOptions.DEFAULT.sendTimeout(options.replyTimeout());
        if (sendTo != null && result instanceof Message<?> message) {
            options.template().get().send(sendTo, message, Headers.options(message.getHeaders()).or(how));
        } else if (sendTo != null) {
            options.template().get().convertAndSend(sendTo, result, how);
        }
    }

    private static Map<String, Object> headers(@Nullable Object result) {
        return result instanceof Message<?> message ? Headers.travelling(message.getHeaders()) : Map.of();
    }

    /** {@return the payload of a result, which a method may return as a message} */
    static Object payload(Object result) {
        return result instanceof Message<?> message ? message.getPayload() : result;
    }
}
