package io.resourcelink.channel;

import java.util.List;

import io.resourcelink.internal.os.OpenFile;

/** A receiver of this channel. Thread-safe. */
final class LocalTarget implements Target {

    private final Hub hub;
    private final Inbox inbox;
    private final Window window;
    private int senders;

    LocalTarget(Hub hub, Inbox inbox) {
        this.hub = hub;
        this.inbox = inbox;
        this.window = new Window("Subchannel " + inbox.subchannel());
        window.grant(inbox.credits());
    }

    Inbox inbox() {
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

    /** Counts one more sender, be it the first. The senders of this channel are one source, from the first to the last. */
    synchronized void join() {
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
    public boolean send(Packing packing, long nanos) {
        List<AutoCloseable> copies = packing.copies();
        Parcel parcel = new Parcel.Local(packing.body(), copies, packing.descriptors(), window);
        if (!inbox.put(parcel)) {
            parcel.discard();
            window.ensureAlive();
        }
        return true;
    }

    @Override
    public Ticketed ticket(long nanos) {
        if (!inbox.addSource()) {
            return new Ticketed(hub.deadSender(inbox.subchannel()), List.of());
        }
        Tickets.Issued issued = hub.tickets().issue(inbox);
        OpenFile descriptor = issued.writing();
        return new Ticketed(hub.liveSender(inbox.subchannel(), issued.ticket()), List.of(descriptor));
    }
}
