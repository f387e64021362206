package io.resourcelink.channel;

import io.resourcelink.internal.wire.EncodedMessage;
import io.resourcelink.internal.wire.ReceivedContent;
import io.resourcelink.internal.wire.Sending;

/** How the messages of a channel are encoded, sent and decoded. Thread-safe. */
interface Coding {

    /**
     * Encodes a message.
     *
     * @param encoded takes the bytes and what the message carries
     * @param keep whether the bytes are kept, so that the caller of send must not be able to change them afterwards
     * @throws io.resourcelink.error.MessageException if the message cannot be encoded
     */
    void encode(Object message, MessageType<?> type, EncodedMessage encoded, boolean keep);

    /** {@return what has arrived, which is the result's from now on} */
    Decodable begin(ReceivedContent content);

    /** {@return what sends the encoded messages} */
    Sending sending();
}
