package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.OpenFile;

/**
 * A sender that is about to travel to another process.
 *
 * @param entry what the message says about it
 * @param descriptor the writing end of the ticket's pipe, {@code null} if the receiver is gone
 */
public record TicketedSender(Frame.Entry.Sender entry, @Nullable OpenFile descriptor) implements AutoCloseable {

    /** {@return a sender whose receiver is gone} */
    static TicketedSender dead(long subchannel, String address) {
        return new TicketedSender(Frame.Entry.Sender.dead(subchannel, address), null);
    }

    @Override
    public void close() {
        if (descriptor != null) {
            descriptor.close();
        }
    }
}
