package io.resourcelink.channel;

import io.resourcelink.ResourceLink;
import io.resourcelink.memory.SharedMemory;

/**
 * Turns messages into bytes and back. Shared memory, links and senders travel beside the bytes: a codec adds them to the {@link
 * Outgoing} of the call, takes them from the {@link Incoming} of the call, and writes only their numbers into the bytes.
 * Implementations are thread-safe and keep nothing between calls, because calls nest: encoding a message may send another one.
 *
 * <p>The default is found by {@link java.util.ServiceLoader}.
 */
public interface Codec {

    /**
     * Encodes a message.
     *
     * @param message the message
     * @param type the type that the subchannel has
     * @param attachments takes what travels beside the bytes
     * @return the bytes
     * @throws RuntimeException if the message cannot be encoded; the sender gets it as the cause of a
     * {@link io.resourcelink.error.MessageException}
     */
    byte[] encode(Object message, MessageType<?> type, Outgoing attachments);

    /**
     * Decodes a message.
     *
     * @param <T> the message's type
     * @param body the bytes, which may be anything, because another process has sent them
     * @param type the type that is expected
     * @param attachments gives what came beside the bytes
     * @return the message
     * @throws RuntimeException if the bytes cannot be decoded, if possible with the path in the message; the
     * receiver gets it as the cause of a {@link io.resourcelink.error.MessageException}
     */
    <T> T decode(byte[] body, MessageType<T> type, Incoming attachments);

    /**
     * Checks that messages of a type can be decoded, as far as that is known without a message. A channel calls this before it
     * serves a destination, so that a wrong type is not first noticed by its senders. By default nothing is checked.
     *
     * @param type the type of the messages, never {@code byte[]}
     * @throws io.resourcelink.error.MessageException if no message can be of this type
     */
    default void checkDecodable(MessageType<?> type) {}

    /** Collects what a message carries, while it is encoded. Used by the calling thread only. */
    interface Outgoing {

        /**
         * Attaches a region. The handle stays the caller's. If the same region is attached again, it gets the same number.
         *
         * @param memory the region
         * @return its number in this message, from 0 on
         */
        int add(SharedMemory memory);

        /**
         * Attaches a reference to a segment. The link stays the caller's.
         *
         * @param link the link
         * @return its number in this message
         */
        int add(ResourceLink link);

        /**
         * Attaches a sender. The sender stays the caller's.
         *
         * @param sender the sender
         * @return its number in this message
         */
        int add(SubSender<?> sender);
    }

    /** Gives what a message carries, while it is decoded. Used by the calling thread only. */
    interface Incoming {

        /**
         * Takes a region. Each call returns a new handle. The caller closes each one.
         *
         * @param number the number in the message
         * @return the region
         * @throws io.resourcelink.error.MessageException if the message carries no region of that number
         */
        SharedMemory memory(int number);

        /**
         * Takes a link. Each call returns a new handle. The caller closes each one.
         *
         * @param number the number in the message
         * @return the link
         * @throws io.resourcelink.error.MessageException if the message carries no link of that number
         */
        ResourceLink link(int number);

        /**
         * Takes a sender. Each call returns a new handle. The caller closes each one.
         *
         * @param <T> the type of its messages
         * @param number the number in the message
         * @param type the type of its messages
         * @return the sender
         * @throws io.resourcelink.error.MessageException if the message carries no sender of that number
         */
        <T> SubSender<T> sender(int number, MessageType<T> type);
    }
}
