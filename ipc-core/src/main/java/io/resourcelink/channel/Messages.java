package io.resourcelink.channel;

import io.resourcelink.internal.wire.EncodedMessage;
import io.resourcelink.internal.wire.ReceivedContent;
import io.resourcelink.internal.wire.Sending;

/**
 * Encodes and decodes the messages of a channel. Thread-safe.
 *
 * @param codec the codec
 * @param sending sends what was encoded
 */
record Messages(Codec codec, Sending sending) implements Coding {

    /**
     * Checks that messages of a type can be decoded, as far as that is known without a message.
     *
     * @throws io.resourcelink.error.MessageException if no message can be of this type
     */
    void checkDecodable(MessageType<?> type) {
        if (type.type() != byte[].class) {
            codec.checkDecodable(type);
        }
    }

    @Override
    public void encode(Object message, MessageType<?> type, EncodedMessage encoded, boolean keep) {
        Encoding.encode(codec, message, type, encoded, keep);
    }

    @Override
    public Decodable begin(ReceivedContent content) {
        return new Decoding(codec, this, content);
    }
}
