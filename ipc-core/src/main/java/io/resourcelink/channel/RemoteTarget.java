package io.resourcelink.channel;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Pipe;

/** A receiver of another channel. All but {@code window} is guarded by the connection's {@link Outbound}. */
final class RemoteTarget implements Target {

    private final Hub hub;
    private final Outbound outbound;
    private final Window window;
    private long subchannel;
    private int senders;
    private int grants;
    private @Nullable RemoteTarget replacement;

    /**
     * @param subchannel its number there, 0 if it is not known yet
     */
    RemoteTarget(Hub hub, Outbound outbound, long subchannel) {
        this.hub = hub;
        this.outbound = outbound;
        this.subchannel = subchannel;
        this.window = new Window("The receiver in " + outbound.peer());
    }

    @Override
    public Window window() {
        return window;
    }

    long subchannel() {
        return subchannel;
    }

    void identify(long number) {
        subchannel = number;
    }

    /** Gives its one sender over to another target, which has counted it. */
    void become(RemoteTarget other) {
        replacement = other;
    }

    /** Where its one sender sends to, once it is granted. */
    RemoteTarget granted() {
        synchronized (outbound) {
            return replacement == null ? this : replacement;
        }
    }

    @Override
    public boolean tryJoin() {
        synchronized (outbound) {
            if (senders > 0) {
                senders++;
            }
            return senders > 0;
        }
    }

    /** Whether all its senders were closed before it was granted. */
    boolean isAbandoned() {
        return senders == 0;
    }

    /** Counts a sender that is redeemed. */
    void grant() {
        senders++;
        grants++;
    }

    @Override
    public void leave() {
        synchronized (outbound) {
            if (--senders == 0) {
                outbound.release(this, grants);
            }
        }
    }

    @Override
    public boolean send(Packing packing, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        try (Shipment shipment = new Shipment()) {
            boolean sent = shipment.load(hub, packing, nanos)
                    && outbound.send(shipment.frame(subchannel), shipment.descriptors(), left(start, nanos));
            if (sent && shipment.deadSenders() > 0) {
                window.add(0, 0, shipment.deadSenders());
            }
            if (sent) {
                shipment.markSent();
            }
            return sent;
        }
    }

    @Override
    public @Nullable Ticketed ticket(long nanos) throws InterruptedException {
        if (window.hasEnded()) {
            return dead();
        }
        Pipe pipe = Pipe.open();
        boolean sent = false;
        try (OpenFile reading = pipe.reading()) {
            long ticket = Tickets.draw();
            sent = outbound.send(new Frame.Ticket(subchannel, ticket), List.of(reading), nanos);
            return sent
                    ? new Ticketed(new Frame.Entry.Sender(true, subchannel, ticket, outbound.address()),
                            List.of(pipe.writing()))
                    : null;
        } catch (DisconnectedException _) {
            return dead();
        } finally {
            if (!sent) {
                pipe.writing().close();
            }
        }
    }

    private Ticketed dead() {
        return new Ticketed(new Frame.Entry.Sender(false, subchannel, 0, outbound.address()), List.of());
    }

    /** What is left of a time. */
    static long left(long start, long nanos) {
        return nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - start);
    }
}
