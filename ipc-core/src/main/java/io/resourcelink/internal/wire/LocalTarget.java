package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.work.Closing;

/** A receiver of this channel, as this channel's own senders see it. Thread-safe. */
public final class LocalTarget implements Target {

    private final Inbox inbox;
    private final String address;
    private final Tickets tickets;
    private final Window window;
    private final LocalSource source;
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
        source = new LocalSource(inbox, window);
    }

    /** {@return where the messages arrive} */
    public Inbox inbox() {
        return inbox;
    }

    @Override
    public long process() {
        return ProcessHandle.current().pid();
    }

    @Override
    public String peer() {
        return source.peer();
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

    /**
     * Counts one more sender, also the first. All senders of this channel are one source, from the first to the last.
     *
     * @return whether it is counted; not if the receiver is closed, stops, or had its last sender
     */
    public synchronized boolean join() {
        if (senders == 0 && !inbox.addSource()) {
            return false;
        }
        senders++;
        return true;
    }

    @Override
    public synchronized void leave() {
        if (--senders == 0) {
            inbox.removeSource();
        }
    }

    /** {@return the senders of this channel, as the receiver sees them} */
    LocalSource source() {
        return source;
    }

    @Override
    public boolean send(EncodedMessage message, @Nullable PendingRequest request, long nanos) {
        long memory = message.memory();
        LocalContent content = LocalContent.of(message);
        long number = source.next();
        try {
            if (request != null) {
                request.sent(this, number);
                source.add(number, request);
            }
            ReceivedMessage received = new ReceivedMessage(source, number, content, memory, message.descriptors(),
                    message.age(), message.maxAge(), request != null);
            if (!inbox.put(received)) {
                content.discard();
                window.ensureAlive();
                throw new DisconnectedException("Subchannel " + inbox.subchannel(), "its receiver was closed.");
            }
            return true;
        } catch (Throwable e) {
            source.cancel(number);
            Closing.undo(e, () -> source.settle(number, number));
            throw e;
        }
    }

    @Override
    public void cancel(long number) {
        source.cancel(number);
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
