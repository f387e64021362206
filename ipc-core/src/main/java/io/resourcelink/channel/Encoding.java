package io.resourcelink.channel;

import java.util.List;
import java.util.Objects;

import io.resourcelink.ResourceLink;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.wire.Attachment;
import io.resourcelink.internal.wire.EncodedMessage;
import io.resourcelink.internal.wire.LinkAttachment;
import io.resourcelink.internal.wire.MemoryAttachment;
import io.resourcelink.internal.wire.SenderAttachment;
import io.resourcelink.internal.wire.Target;
import io.resourcelink.memory.SharedMemory;

/** Collects what a message carries while a codec encodes it. Used by one thread. */
final class Encoding implements Codec.Outgoing {

    private final EncodedMessage encoded;

    private Encoding(EncodedMessage encoded) {
        this.encoded = encoded;
    }

    /** Encodes a message; see {@link Encoder#encode}. */
    static void encode(Codec codec, Object message, MessageType<?> type, EncodedMessage encoded, boolean keep) {
        Objects.requireNonNull(message, "message");
        if (type.type() == byte[].class) {
            byte[] bytes = (byte[]) message;
            encoded.setBody(keep ? bytes.clone() : bytes);
            return;
        }
        try {
            encoded.setBody(codec.encode(message, type, new Encoding(encoded)));
        } catch (IpcException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MessageException("A message of type " + type + " could not be encoded: " + e.getMessage(), e);
        }
    }

    @Override
    public int add(SharedMemory memory) {
        List<Attachment> attachments = encoded.attachments();
        for (int i = 0; i < attachments.size(); i++) {
            if (attachments.get(i).handle() instanceof SharedMemory other && other.sameMemoryAs(memory)) {
                return i;
            }
        }
        return encoded.add(new MemoryAttachment(memory));
    }

    @Override
    public int add(ResourceLink link) {
        int known = indexOf(link);
        return known >= 0 ? known : encoded.add(new LinkAttachment(link));
    }

    @Override
    public int add(SubSender<?> sender) {
        Target target = sender.target();
        int known = indexOf(sender);
        return known >= 0 ? known : encoded.add(SenderAttachment.of(sender, target));
    }

    @SuppressWarnings("ReferenceEquality") // Two links to one segment are two references.
    private int indexOf(AutoCloseable handle) {
        List<Attachment> attachments = encoded.attachments();
        for (int i = 0; i < attachments.size(); i++) {
            if (attachments.get(i).handle() == handle) {
                return i;
            }
        }
        return -1;
    }
}
