package io.resourcelink.internal.wire;

import java.util.List;

import io.resourcelink.internal.os.OpenFile;

/** A receiver of this channel, as this channel's own senders see it. Thread-safe. */
public final class LocalTarget implements Target {

    private final Inbox inbox;
    private final String address;
    private final Tickets tickets;
    private final Window window;
    private int senders;

    /**
     * Creates a target without a sender.
     *
     * @param address the address of this channel
     */
    LocalTarget(Inbox inbox, String address, Tickets tickets) {
        this.inbox = inbox;
        this.address = address;
        this.tickets = tickets;
        this.window = new Window("Subchannel " + inbox.subchannel());
        window.grant(inbox.credits());
    }

    /** {@return where the messages arrive} */
    public Inbox inbox() {
        return inbox;
    }

    @Override
    public Window window() {
        return window;
    }

    @Override
    public boolean isLocal() {
        return true;
    }

    @Override
    public synchronized boolean tryJoin() {
        if (senders > 0) {
            senders++;
        }
        return senders > 0;
    }

    /** Counts one more sender, also the first. All senders of this channel are one source, from the first to the last. */
    public synchronized void join() {
        if (senders++ == 0) {
            inbox.addSource();
        }
    }

    @Override
    public synchronized void leave() {
        if (--senders == 0) {
            inbox.removeSource();
        }
    }

    @Override
    public boolean send(EncodedMessage message, long nanos) {
        List<ReceivedAttachment> copies = message.copies();
        ReceivedMessage received = new LocalMessage(message.body(), copies, message.descriptors(), window);
        if (!inbox.put(received)) {
            received.discard();
            window.ensureAlive();
        }
        return true;
    }

    @Override
    public TicketedSender ticket(long nanos) {
        if (!inbox.addSource()) {
            return TicketedSender.dead(inbox.subchannel(), address);
        }
        Tickets.Issued issued = tickets.issue(inbox);
        OpenFile writing = issued.writing();
        return new TicketedSender(new Frame.Entry.Sender(true, inbox.subchannel(), issued.ticket(), address), writing);
    }
}
