package io.resourcelink.channel;

import io.resourcelink.internal.wire.EncodedMessage;

/** Encodes messages. Thread-safe. */
interface Encoder {

    /**
     * Encodes a message.
     *
     * @param type the type of the message
     * @param encoded takes the bytes and what the message carries
     * @param keep whether the bytes are kept, so that the caller of send must not be able to change them afterwards
     * @throws io.resourcelink.error.MessageException if the message cannot be encoded
     */
    void encode(Object message, MessageType<?> type, EncodedMessage encoded, boolean keep);
}
