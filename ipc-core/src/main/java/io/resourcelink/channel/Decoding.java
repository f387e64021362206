package io.resourcelink.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLink;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.wire.Discarding;
import io.resourcelink.internal.wire.JoinedTarget;
import io.resourcelink.internal.wire.ReceivedAttachment;
import io.resourcelink.internal.wire.ReceivedContent;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Reason;
import io.resourcelink.memory.SharedMemory;

/**
 * A message that is being decoded, and what it carries. Each attachment is opened when the codec first asks for it. Until the
 * codec asks for a sender, the sender counts as in transit. Used by one thread.
 */
final class Decoding implements Codec.Incoming, Decodable {

    private final Codec codec;
    private final Coding messages;
    private final ReceivedContent message;
    /** Most messages carry nothing, and have given nothing. */
    private List<Carried> carried = List.of();
    private List<AutoCloseable> given = List.of();

    /** Takes a message over. */
    Decoding(Codec codec, Coding messages, ReceivedContent message) {
        this.codec = codec;
        this.messages = messages;
        this.message = message;
        List<ReceivedAttachment> attachments = message.attachments();
        if (!attachments.isEmpty()) {
            carried = new ArrayList<>(attachments.size());
            given = new ArrayList<>();
            for (ReceivedAttachment attachment : attachments) {
                carried.add(new Carried(attachment));
            }
        }
    }

    /** One attachment: first not opened, then opened, then given to the message. */
    private final class Carried {

        private final ReceivedAttachment attachment;
        private @Nullable AutoCloseable handle;
        private boolean used;
        private boolean given;

        Carried(ReceivedAttachment attachment) {
            this.attachment = attachment;
        }

        AutoCloseable handle() {
            AutoCloseable opened = handle;
            if (opened == null) {
                if (used) {
                    throw new MessageException("Something that the message carries could not be opened before.", null);
                }
                used = true;
                opened = attachment.open();
                // Kept first, so that it is closed if the sender cannot be made.
                handle = opened;
                if (opened instanceof JoinedTarget joined) {
                    opened = new SubSender<>(messages, joined.target(), MessageType.of(Object.class));
                    handle = opened;
                }
            }
            return opened;
        }

        /** Closes it unless it was given to the message. */
        void discard() {
            if (given) {
                return;
            }
            AutoCloseable opened = handle;
            if (opened != null) {
                Discarding.close(opened);
            } else if (!used) {
                attachment.discard();
            }
        }
    }

    /**
     * Decodes the message. What it takes stays open until this is closed.
     *
     * @throws MessageException if the message carries something that nothing in it has taken
     */
    @Override
    public <T> T decodeAll(MessageType<T> type) {
        T decoded = decode(type);
        int count = carried.size();
        for (int number = 0; number < count; number++) {
            if (!carried.get(number).given) {
                throw new MessageException("The message carries " + count + " regions, links and senders, and number "
                        + number + " of them has no place in " + type
                        + ". Each needs a component or property of its own"
                        + " type, under the same name on both sides; one of type Object, or a Map of them, is no place.",
                        null);
            }
        }
        return decoded;
    }

    /** Decodes the message as a type that need not take everything. What it takes stays open until this is closed. */
    @Override
    @SuppressWarnings("unchecked")
    public <T> T decode(MessageType<T> type) {
        byte[] bytes = message.body();
        T decoded;
        try {
            decoded = type.type() == byte[].class ? (T) bytes : codec.decode(bytes, type, this);
        } catch (MessageException e) {
            throw e;
        } catch (Throwable e) {
            // A user's constructor, an enum that cannot be initialized, the heap: each costs only this message.
            throw new MessageException("A message could not be decoded as " + type + ": " + Reason.described(e), e);
        }
        if (decoded == null) {
            throw new MessageException("A message could not be decoded as " + type + ": the codec has returned null.",
                    null);
        }
        return decoded;
    }

    @Override
    public Map<String, Object> headers() {
        return message.headers();
    }

    /** Leaves what the decoded message has taken to the caller, who closes it. Everything else is closed. */
    @Override
    public void leave() {
        given = List.of();
        discard();
    }

    /** Closes everything that the message has taken, and everything else that it carries. Idempotent. */
    @Override
    public void close() {
        try {
            Discarding.closeAll(given);
        } finally {
            given = List.of();
            discard();
        }
    }

    /** Closes everything that the message has not taken. */
    private void discard() {
        try {
            Closing.each(carried, Carried::discard);
        } finally {
            carried = List.of();
            message.discardBody();
        }
    }

    @Override
    public SharedMemory memory(int number) {
        return take(number, SharedMemory.class, "region", SharedMemory::retain);
    }

    @Override
    public ResourceLink link(int number) {
        return take(number, ResourceLink.class, "link", ResourceLink::retain);
    }

    @Override
    public <T> SubSender<T> sender(int number, MessageType<T> type) {
        SubSender<?> taken = take(number, SubSender.class, "sender", sender -> sender.retain());
        return taken.typed(type);
    }

    /** The first call for a number gets the handle that came, later calls get copies of it. */
    private <H extends AutoCloseable> H take(int number, Class<H> kind, String name, UnaryOperator<H> retain) {
        H handle = handle(number, kind, name);
        Carried one = carried.get(number);
        H taken = one.given ? retain.apply(handle) : handle;
        one.given = true;
        given.add(taken);
        return taken;
    }

    private <H extends AutoCloseable> H handle(int number, Class<H> kind, String name) {
        AutoCloseable handle = number < 0 || number >= carried.size() ? null : carried.get(number).handle();
        if (!kind.isInstance(handle)) {
            throw new MessageException("The message carries no " + name + " number " + number + ": of its "
                    + carried.size() + " attachments that is " + (handle == null ? "none" : "another kind")
                    + ". Do both sides use the same message type and codec?", null);
        }
        return kind.cast(handle);
    }
}
