package io.resourcelink.internal.wire;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Closing;

/** The open receivers of a channel, by the numbers of their subchannels. Thread-safe. */
public final class Receivers {

    private final Lifetime lifetime;
    private final String address;
    private final Tickets tickets;
    private final AtomicLong numbers = new AtomicLong();
    private final LongAdder missedBefore = new LongAdder();
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
            close(target);
            lifetime.ensureOpen();
        }
        return target;
    }

    /** Ends receiving: senders are told, and what was not received is discarded. Idempotent. */
    public void close(LocalTarget target) {
        close(target, false);
    }

    /**
     * Ends receiving: senders are told, and what was not received is discarded. Idempotent.
     *
     * @param abandon whether messages that are being handled at the moment count as not handled
     * @return what the call that has closed it has left
     */
    public Remainder close(LocalTarget target, boolean abandon) {
        if (open.remove(target.inbox().subchannel()) != null) {
            missedBefore.add(target.inbox().missed());
        }
        target.window().end("its receiver was closed. Close this sender.");
        return target.inbox().close(target.source(), abandon);
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

    /** {@return how many messages were not sent to them, because there was no room for them} */
    public long missed() {
        long missed = missedBefore.sum();
        for (LocalTarget target : open.values()) {
            missed += target.inbox().missed();
        }
        return missed;
    }

    /** Ends all receivers, because the channel is closed. */
    void closeAll(Closing closing) {
        for (LocalTarget target : open.values()) {
            closing.run(() -> target.window().end("its channel was closed."));
            closing.run(() -> close(target));
            closing.run(target.source()::channelClosed);
        }
    }
}
