package io.resourcelink.internal.wire;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Closing;

/** The open receivers of a channel, by the numbers of their subchannels. Thread-safe. */
public final class Receivers {

    private final Lifetime lifetime;
    private final String address;
    private final Tickets tickets;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, LocalTarget> open = new ConcurrentHashMap<>();

    /**
     * Begins without a receiver.
     *
     * @param address the address of this channel
     */
    Receivers(Lifetime lifetime, String address, Tickets tickets) {
        this.lifetime = lifetime;
        this.address = address;
        this.tickets = tickets;
    }

    /**
     * Opens a receiver, which has no sender yet.
     *
     * @param credits how much may be on its way to it, for each channel that sends
     * @return the receiver's target
     * @throws IllegalStateException if the channel is closed
     */
    public LocalTarget open(Allowance credits) {
        lifetime.ensureOpen();
        Inbox inbox = new Inbox(numbers.incrementAndGet(), credits);
        LocalTarget target = new LocalTarget(inbox, address, tickets);
        open.put(inbox.subchannel(), target);
        if (lifetime.isClosed()) {
            // Another thread closes the channel, and may have closed all receivers before this one was there.
            close(inbox);
            lifetime.ensureOpen();
        }
        return target;
    }

    /** Ends receiving: senders are told, and what was not received is discarded. Idempotent. */
    public void close(Inbox inbox) {
        close(inbox, false);
    }

    /**
     * Ends receiving: senders are told, and what was not received is discarded. Idempotent.
     *
     * @param abandon whether messages that are being handled at the moment count as not handled
     * @return the messages that were not handled
     */
    public List<Unhandled> close(Inbox inbox, boolean abandon) {
        LocalTarget target = open.remove(inbox.subchannel());
        if (target == null) {
            return List.of();
        }
        target.window().end("its receiver was closed. Close this sender.");
        return inbox.close(target.source(), abandon);
    }

    /** Has all senders of a receiver stop; see {@link Inbox#stop}. */
    public void stop(Inbox inbox) {
        LocalTarget target = open.get(inbox.subchannel());
        if (target != null) {
            target.source().stop();
        }
        inbox.stop();
    }

    /** {@return the target of a subchannel, {@code null} if its receiver is closed} */
    @Nullable
    LocalTarget target(long subchannel) {
        return open.get(subchannel);
    }

    /** {@return how many are open} */
    public int size() {
        return open.size();
    }

    /** {@return how many messages have arrived and were not received yet} */
    public long queued() {
        long queued = 0;
        for (LocalTarget target : open.values()) {
            queued += target.inbox().size();
        }
        return queued;
    }

    /** Ends all receivers, because the channel is closed. */
    void closeAll(Closing closing) {
        for (LocalTarget target : open.values()) {
            closing.run(() -> target.window().end("its channel was closed."));
            closing.run(() -> close(target.inbox()));
            closing.run(target.source()::channelClosed);
        }
    }
}
