package io.resourcelink.channel;

import java.util.function.Function;

/**
 * A message that was received, with everything that is opened on its behalf. It is decoded when it is asked for. Closing it
 * closes the regions, links and senders that decoding has opened, whatever holds them by now, and discards the others. Used
 * by one thread.
 *
 * {@snippet lang = java :
 * try (Received<Frame> received = frames.receiver().take()) {
 *     show(received.message());          // what is to outlive the block is retained there
 * }
 * }
 *
 * @param <T> what the message is
 */
public final class Received<T> implements AutoCloseable {

    private final Unpacking unpacking;
    private final String sender;
    private final Function<Unpacking, T> decode;

    Received(Unpacking unpacking, String sender, Function<Unpacking, T> decode) {
        this.unpacking = unpacking;
        this.sender = sender;
        this.decode = decode;
    }

    /**
     * Decodes the message.
     *
     * @return the message, decoded anew with each call
     * @throws io.resourcelink.error.MessageException if it cannot be decoded, could not be taken in, or carries something
     * that its type has no place for
     * @throws io.resourcelink.error.IpcException if something that it carries cannot be opened, for lack of descriptors for
     * instance
     */
    public T message() {
        return decode.apply(unpacking);
    }

    /**
     * Decodes what there is as another type, which need not have a place for everything that came along: after {@link
     * #message()} has failed, to find out more about what has come.
     *
     * @param <U> what the message is
     * @param type what the message is
     * @return the message
     * @throws io.resourcelink.error.MessageException if it cannot be decoded as such
     */
    public <U> U as(MessageType<U> type) {
        return unpacking.decode(type);
    }

    /** {@return which process has sent it, as people read it} */
    public String sender() {
        return sender;
    }

    /** Closes everything that was opened for the message, and discards what was not. Idempotent. */
    @Override
    public void close() {
        unpacking.close();
    }
}
