package io.resourcelink.channel;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.OsException;
import io.resourcelink.error.RequestException;
import io.resourcelink.internal.wire.EncodedMessage;
import io.resourcelink.internal.wire.Nanos;
import io.resourcelink.internal.wire.ReceivedContent;
import io.resourcelink.internal.wire.ReceivedMessage;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Reason;

/**
 * A received message or reply, together with everything that is opened for it. {@link #message()} decodes it. {@link #close()} closes
 * the regions, links and senders that decoding has opened, no matter which objects hold them, discards attachments that are not yet
 * opened, and tells the sender that the message was handled. Used by one thread.
 *
 * {@snippet lang = java :
 * try (Received<Frame> received = frames.receiver().take()) {
 *     show(received.message());          // retain there what the program needs longer
 * }
 * }
 *
 * @param <T> the type of the message
 */
public final class Received<T> implements AutoCloseable {

    private final Coding messages;
    private final Decodable decoding;
    private final String sender;
    private final MessageType<T> type;
    private final @Nullable ReceivedMessage message;
    private final boolean empty;

    private Received(Coding messages, Decodable decoding, String sender, MessageType<T> type,
            @Nullable ReceivedMessage message, boolean empty) {
        this.messages = messages;
        this.decoding = decoding;
        this.sender = sender;
        this.type = type;
        this.message = message;
        this.empty = empty;
    }

    /** Takes a message over, also if this fails. */
    static <T> Received<T> message(Coding messages, ReceivedMessage message, MessageType<T> type) {
        try {
            return new Received<>(messages, messages.begin(message.content()), message.sender(), type, message, false);
        } catch (Throwable e) {
            Closing.undo(e, message::discard);
            throw e;
        }
    }

    /** Takes a reply over, also if this fails. */
    static <T> Received<T> reply(Coding messages, ReceivedContent reply, String sender, MessageType<T> type,
            boolean empty) {
        try {
            return new Received<>(messages, messages.begin(reply), sender, type, null, empty);
        } catch (Throwable e) {
            Closing.undo(e, reply::discard);
            throw e;
        }
    }

    /**
     * Decodes the message.
     *
     * @return the message, decoded anew with each call
     * @throws io.resourcelink.error.MessageException if it cannot be decoded, was lost on arrival, or carries something that its
     * type has no place for
     * @throws io.resourcelink.error.IpcException if something that it carries cannot be opened, for example because this process
     * has no descriptor left
     */
    public T message() {
        return decoding.decodeAll(type);
    }

    /**
     * Decodes the message as another type, which need not have a place for everything that the message carries. Useful after
     * {@link #message()} has failed, to find out more about the message.
     *
     * @param <U> the other type
     * @param other the other type
     * @return the message
     * @throws io.resourcelink.error.MessageException if it cannot be decoded as that type
     */
    public <U> U as(MessageType<U> other) {
        return decoding.decode(other);
    }

    /**
     * Decodes the message, and leaves what it carries to the caller, who closes it. This is finished afterwards. The sender of a
     * request that cannot be decoded is told so.
     *
     * @return the message
     * @throws io.resourcelink.error.MessageException as {@link #message()}
     */
    public T keep() {
        T kept;
        try {
            kept = decoding.decodeAll(type);
            finish();
        } catch (Throwable e) {
            // The caller gets no message, so it cannot close what the message has taken.
            Closing.undo(e, () -> fail(notDecoded(e)));
            Closing.undo(e, this);
            throw e;
        }
        decoding.leave();
        return kept;
    }

    /** A lack of descriptors or memory here is no fault of the message, which may be readable when it is sent again. */
    private static RequestException notDecoded(Throwable failure) {
        boolean lack = Reason.isDueTo(failure, OsException.class) || Reason.isDueTo(failure, VirtualMachineError.class);
        return new RequestException(lack ? RequestException.Reason.FAILED : RequestException.Reason.UNREADABLE,
                failure.getClass().getName(), null, Reason.of(failure));
    }

    /**
     * {@return the headers, by name} Reading them does not decode the message.
     *
     * @throws io.resourcelink.error.MessageException if they cannot be read
     */
    public Map<String, Object> headers() {
        return decoding.headers();
    }

    /** {@return whether this is a reply without a result} */
    public boolean isEmpty() {
        return empty;
    }

    /** {@return the process that has sent it, for people} */
    public String sender() {
        return sender;
    }

    /** {@return the number of the message among those of its sender's channel to this receiver, from 1 on; 0 for a reply} */
    public long number() {
        return message == null ? 0 : message.number();
    }

    /**
     * {@return how old the message is; zero for a reply} The age counts from the call that sends, and {@link SendOptions#age} adds to it.
     * The time in the kernel's buffer is not counted.
     */
    public Duration age() {
        return message == null ? Duration.ZERO : Duration.ofNanos(message.age());
    }

    /** {@return whether the sender waits for a reply, and got none yet} */
    public boolean wantsReply() {
        return message != null && message.wantsReply();
    }

    /**
     * Replies to the request with a result.
     *
     * @param <R> the type of the result
     * @param result the result
     * @param resultType the type of the result
     * @param options how to send it; a maximal age has no effect
     * @return whether the reply is on its way; not if nobody waits for it any more, or there was no room in the socket in time
     * @throws io.resourcelink.error.MessageException if the result cannot be encoded; the request can still be replied to
     * @throws io.resourcelink.error.DifferentDirectoryException if the result carries a link, and the sender's process has its
     * segments in another directory; the sender's wait ends with an exception that says so
     * @throws io.resourcelink.error.DisconnectedException if the sender's process has ended
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this is no request, or was replied to
     */
    public <R> boolean reply(R result, MessageType<R> resultType, SendOptions options) throws InterruptedException {
        try (EncodedMessage encoded = new EncodedMessage(options.handOver())) {
            messages.encode(result, resultType, encoded, true);
            encoded.setHeaders(options.headers());
            return request().reply(encoded, true, Nanos.of(options.timeout()));
        }
    }

    /**
     * Replies to the request without a result.
     *
     * @param options how to send the reply
     * @return whether the reply is on its way
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this is no request, or was replied to
     */
    public boolean reply(SendOptions options) throws InterruptedException {
        try (EncodedMessage encoded = new EncodedMessage(false)) {
            encoded.setHeaders(options.headers());
            return request().reply(encoded, false, Nanos.of(options.timeout()));
        }
    }

    /**
     * Tells the sender of the request that there is no result. Never waits. Does nothing if nobody waits for a reply.
     *
     * @param failure why there is none; the sender's wait ends with an equal exception
     */
    public void fail(RequestException failure) {
        if (message != null) {
            message.fail(failure);
        }
    }

    private ReceivedMessage request() {
        if (message == null) {
            throw new IllegalStateException("A reply cannot be replied to.");
        }
        return message;
    }

    /**
     * Closes everything that was opened for the message, and discards what was not. Its sender learns that it was handled; the sender
     * of a request that was not replied to learns that. Idempotent.
     */
    @Override
    public void close() {
        try {
            decoding.close();
        } finally {
            finish();
        }
    }

    private void finish() {
        if (message != null) {
            message.finish();
        }
    }
}
