package io.resourcelink.channel;

import io.resourcelink.internal.wire.ReceivedMessage;

/**
 * Decodes the messages of a channel.
 *
 * @param codec the codec
 * @param senders makes the senders that messages carry
 */
record Decoder(Codec codec, Senders senders) {

    /** {@return the decoding of a message, which is its owner from now on} */
    Decoding begin(ReceivedMessage message) {
        return new Decoding(codec, senders, message);
    }
}
