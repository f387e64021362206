package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.work.Closing;

/** Takes over the senders that arrive in messages. Thread-safe. */
final class ReceivedSenders {

    private final String address;
    private final Receivers receivers;
    private final Tickets tickets;
    private final Peers peers;

    /**
     * Creates it.
     *
     * @param address the address of this channel
     */
    ReceivedSenders(String address, Receivers receivers, Tickets tickets, Peers peers) {
        this.address = address;
        this.receivers = receivers;
        this.tickets = tickets;
        this.peers = peers;
    }

    /**
     * Takes over a sender.
     *
     * @param sender what the message says about it
     * @param writing the writing end of its ticket's pipe, {@code null} if its receiver was gone when it was sent
     * @return the target, which counts this sender. If the receiver or its channel is gone, every send to the target fails.
     */
    Target receive(Frame.Entry.Sender sender, @Nullable OpenFile writing) {
        if (writing == null) {
            return GoneTarget.of(sender);
        }
        if (sender.address().equals(address)) {
            try (writing) {
                return comeBack(sender);
            }
        }
        Outbound there;
        try {
            there = peers.connect(sender.address());
        } catch (Throwable e) {
            Closing.undo(e, writing);
            throw e;
        }
        if (there == null) {
            writing.close();
            return GoneTarget.of(sender);
        }
        return there.redeem(sender.subchannel(), sender.ticket(), "subchannel " + sender.subchannel(), writing);
    }

    /** Takes over a sender of this channel's own. */
    private Target comeBack(Frame.Entry.Sender sender) {
        LocalTarget target = receivers.target(sender.subchannel());
        if (target == null) {
            return GoneTarget.of(sender);
        }
        boolean counted = target.join();
        tickets.redeem(sender.ticket());
        return counted ? target : GoneTarget.of(sender);
    }
}
