package io.resourcelink.channel;

/**
 * A received message, together with everything that is opened for it. {@link #message()} decodes it. {@link #close()} closes the
 * regions, links and senders that decoding has opened, no matter which objects hold them, and discards attachments that are not yet
 * opened. Used by one thread.
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

    private final Decoding decoding;
    private final String sender;
    private final MessageType<T> type;

    Received(Decoding decoding, String sender, MessageType<T> type) {
        this.decoding = decoding;
        this.sender = sender;
        this.type = type;
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

    /** {@return the process that has sent it, for people} */
    public String sender() {
        return sender;
    }

    /** Closes everything that was opened for the message, and discards what was not. Idempotent. */
    @Override
    public void close() {
        decoding.close();
    }
}
