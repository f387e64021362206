package io.resourcelink;

import io.resourcelink.channel.Codec;
import io.resourcelink.channel.MessageType;

/** A codec for messages that are links and nothing else. It needs no library, so a process that uses it starts fast. */
final class LinkCodec implements Codec {

    @Override
    public byte[] encode(Object message, MessageType<?> type, Outgoing attachments) {
        return new byte[]{ (byte) attachments.add((ResourceLink) message) };
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T decode(byte[] body, MessageType<T> type, Incoming attachments) {
        return (T) attachments.link(body[0]);
    }
}
