package io.resourcelink.internal.wire;

import java.util.function.Supplier;

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

    @Override
    public void miss() {
        inbox.miss(1);
    }

    /** Has all senders stop, in this channel and in others; see {@link Inbox#stop}. */
    public void stop() {
        source.stop();
        inbox.stop();
    }

    /** {@return the senders of this channel, as the receiver sees them} */
    LocalSource source() {
        return source;
    }

    @Override
    public boolean send(EncodedMessage message, @Nullable PendingRequest request, WaitLimit limit) {
        LocalContent content = LocalContent.of(message);
        Arrival arrival;
        try {
            arrival = new Arrival(message, content, request);
        } catch (Throwable e) {
            Closing.undo(e, content::discard);
            throw e;
        }
        boolean taken = false;
        try {
            taken = inbox.put(source, arrival);
        } finally {
            if (!taken && !arrival.made) {
                content.discard();
            }
        }
        if (!taken) {
            window.ensureAlive();
            throw new DisconnectedException("Subchannel " + inbox.subchannel(), "its receiver was closed.");
        }
        return true;
    }

    /** A message that is about to arrive, and owns its content once it is made. */
    private final class Arrival implements Supplier<ReceivedMessage> {

        private final EncodedMessage message;
        private final LocalContent content;
        private final long memory;
        private final int descriptors;
        private final @Nullable PendingRequest request;
        private boolean made;

        Arrival(EncodedMessage message, LocalContent content, @Nullable PendingRequest request) {
            this.message = message;
            this.content = content;
            this.memory = message.memory();
            this.descriptors = message.descriptors();
            this.request = request;
        }

        /**
         * Gives the message its number. Called under the inbox's lock, so that a receiver that closes counts no message that is not
         * there.
         */
        @Override
        public ReceivedMessage get() {
            long number = source.next();
            try {
                if (request != null) {
                    request.sent(LocalTarget.this, number);
                    source.add(number, request);
                }
                ReceivedMessage arrived = new ReceivedMessage(source, number, content, memory,
                        descriptors, message.age(), message.maxAge(), request != null);
                made = true;
                return arrived;
            } catch (Throwable e) {
                source.cancel(number);
                Closing.undo(e, () -> source.settle(number, number));
                throw e;
            }
        }
    }

    @Override
    public void cancel(long number) {
        source.cancel(number);
    }

    @Override
    public TicketedSender ticket(WaitLimit limit) {
        if (!inbox.addSource()) {
            return TicketedSender.dead(inbox.subchannel(), address);
        }
        Tickets.Issued issued = tickets.issue(inbox);
        OpenFile writing = issued.writing();
        return new TicketedSender(new Frame.Entry.Sender(true, inbox.subchannel(), issued.ticket(), address), writing);
    }
}
