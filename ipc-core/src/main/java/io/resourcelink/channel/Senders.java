package io.resourcelink.channel;

import io.resourcelink.internal.wire.Sending;
import io.resourcelink.internal.wire.Target;

/**
 * Makes the senders of a channel.
 *
 * @param sending sends what they have encoded
 * @param encoder encodes their messages
 */
record Senders(Sending sending, Encoder encoder) {

    /** {@return a sender that takes over one sender that the target has counted} */
    <T> SubSender<T> take(Target target, MessageType<T> type) {
        return new SubSender<>(sending, encoder, target, type);
    }
}
