package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.OpenFile;

/** What the receivers of this channel owe to the senders of other channels: which are redeemed, and which travel. Thread-safe. */
final class Grants {

    private final Receivers receivers;
    private final Servers servers;
    private final Tickets tickets;

    Grants(Receivers receivers, Servers servers, Tickets tickets) {
        this.receivers = receivers;
        this.servers = servers;
        this.tickets = tickets;
    }

    /** {@return whether a subchannel has a receiver} */
    boolean isOpen(long subchannel) {
        return receivers.target(subchannel) != null;
    }

    /** {@return the inbox that a sender has arrived for, {@code null} if its receiver is closed} */
    @Nullable
    Inbox inbox(Frame.Redeem redeem) {
        if (redeem.subchannel() == 0) {
            return servers.inbox(redeem.ticket());
        }
        LocalTarget target = receivers.target(redeem.subchannel());
        return target == null ? null : target.inbox();
    }

    /**
     * Says that the sender is counted, so that its ticket, or the wait of a one-shot server, is over.
     *
     * @return whether the sender may stay; not if another one has connected to its one-shot server meanwhile
     */
    boolean redeemed(Frame.Redeem redeem) {
        if (redeem.subchannel() == 0) {
            return servers.connected(redeem.ticket());
        }
        tickets.redeem(redeem.ticket());
        return true;
    }

    /** Takes in a ticket; see {@link Tickets#arrived}. */
    void ticketArrived(long ticket, Inbox inbox, @Nullable OpenFile reading, Object carrier) {
        tickets.arrived(ticket, inbox, reading, carrier);
    }

    /** Says that a connection has ended; see {@link Tickets#carrierEnded}. */
    void carrierEnded(Object carrier) {
        tickets.carrierEnded(carrier);
    }
}
