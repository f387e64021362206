package io.resourcelink.channel;

import io.resourcelink.internal.wire.EncodedMessage;
import io.resourcelink.internal.wire.ReceivedContent;
import io.resourcelink.internal.wire.Sending;
import io.resourcelink.internal.wire.Target;

/**
 * Encodes and decodes the messages of a channel. Thread-safe.
 *
 * @param codec the codec
 * @param sending sends what was encoded
 */
record Messages(Codec codec, Sending sending) {

    /**
     * Encodes a message.
     *
     * @param encoded takes the bytes and what the message carries
     * @param keep whether the bytes are kept, so that the caller of send must not be able to change them afterwards
     * @throws io.resourcelink.error.MessageException if the message cannot be encoded
     */
    void encode(Object message, MessageType<?> type, EncodedMessage encoded, boolean keep) {
        Encoding.encode(codec, message, type, encoded, keep);
    }

    /** {@return the decoding of what has arrived, which is its owner from now on} */
    Decoding begin(ReceivedContent content) {
        return new Decoding(codec, this, content);
    }

    /** {@return a sender that takes over one sender that the target has counted} */
    <T> SubSender<T> sender(Target target, MessageType<T> type) {
        return new SubSender<>(this, target, type);
    }
}
