package io.resourcelink.boot.messaging;

import java.io.Closeable;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.util.ClassUtils;

import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.PendingReply;
import io.resourcelink.channel.Received;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.RequestException;
import io.resourcelink.internal.work.Closing;

/**
 * The form in which the program gets a reply: as a payload, or as a message.
 *
 * @param <R> the type of the payload
 * @param <T> the type of what the program gets
 * @param type the type of the payload
 * @param taking takes a reply over
 * @param closing closes what the program would have got
 */
record ReplyForm<R, T>(MessageType<R> type, Function<Received<R>, T> taking, Consumer<T> closing) {

    static <R> ReplyForm<R, R> payload(MessageType<R> type, Consumer<Object> discard) {
        return new ReplyForm<>(type, Received::keep, discard::accept);
    }

    static <R> ReplyForm<R, Message<R>> message(MessageType<R> type) {
        return new ReplyForm<>(type, ReplyForm::opened, ReplyForm::close);
    }

    private static <R> Message<R> opened(Received<R> reply) {
        try {
            Map<String, Object> headers = new LinkedHashMap<>(reply.headers());
            headers.put(IpcHeaders.CLOSEABLE_RESOURCE, (Closeable) reply::close);
            return new GenericMessage<>(reply.message(), headers);
        } catch (Throwable e) {
            Closing.undo(e, reply);
            throw e;
        }
    }

    private static void close(Message<?> reply) {
        Closing closing = new Closing();
        closing.run(((Closeable) Objects.requireNonNull(reply.getHeaders().get(IpcHeaders.CLOSEABLE_RESOURCE)))::close);
        closing.end();
    }

    /**
     * Waits for a reply and takes it.
     *
     * @return {@code null} if the listener's method has returned nothing
     */
    @Nullable
    T await(Outgoing request, PendingReply<R> pending, Duration timeout) {
        String destination = request.destination();
        Received<R> reply;
        try {
            reply = pending.await(timeout)
                    .orElseThrow(
                            () -> new ReplyTimeoutException(request.message(), destination, request.replyTimeout()));
        } catch (RequestException e) {
            throw failed(request, e);
        } catch (DisconnectedException e) {
            throw new ListenerGoneException(request.message(), destination, e);
        } catch (IpcException e) {
            throw new MessageDeliveryException(request.message(),
                    "A request to \"" + destination + "\" was not delivered: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MessagingException("Interrupted while waiting for the reply from \"" + destination
                    + "\". The request may still be handled.", e);
        }
        return taken(request, reply);
    }

    private @Nullable T taken(Outgoing request, Received<R> reply) {
        if (reply.isEmpty()) {
            reply.close();
            return null;
        }
        try {
            return taking.apply(reply);
        } catch (IpcException e) {
            throw new ReplyUnreadableException(request.message(), request.destination(), e);
        }
    }

    private static IpcRequestException failed(Outgoing request, RequestException e) {
        Message<?> message = request.message();
        String destination = request.destination();
        return switch (e.reason()) {
            case FAILED -> new ListenerFailedException(message, destination, e);
            case UNREADABLE -> new RequestUnreadableException(message, destination, e);
            case EXPIRED -> new RequestExpiredException(message, destination, e);
            case UNHANDLED -> new RequestUnhandledException(message, destination, e);
        };
    }

    /** {@return the type of a reply} A primitive type stands for its class. */
    @SuppressWarnings("unchecked")
    static <R> MessageType<R> type(Class<R> type) {
        return MessageType.of((Class<R>) ClassUtils.resolvePrimitiveIfNecessary(type));
    }

    /** {@return the type of a reply} */
    @SuppressWarnings("unchecked")
    static <R> MessageType<R> type(ParameterizedTypeReference<R> type) {
        Type generic = type.getType();
        return (MessageType<R>) MessageType.of(generic);
    }
}
