package io.resourcelink.internal.wire;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.work.Closing;

/** A receiver of another channel. Everything but {@code window} is guarded by the monitor of {@link Outbound}. */
final class RemoteTarget implements Target {

    private final Outbound outbound;
    private final Window window;
    private long subchannel;
    private int senders;
    private int grants;
    private @Nullable RemoteTarget replacement;

    /**
     * Creates a target without a sender.
     *
     * @param subchannel its number in the other channel, 0 if it is not known yet
     */
    RemoteTarget(Outbound outbound, long subchannel) {
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

    /** Passes the only sender on to another target, which has counted it. */
    void become(RemoteTarget other) {
        replacement = other;
    }

    /** {@return the target that has the sender, once it is granted} */
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

    /** {@return whether all senders were closed before the target was granted} */
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
    public boolean send(EncodedMessage message, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        try (OutgoingMessage outgoing = new OutgoingMessage()) {
            for (Attachment attachment : message.attachments()) {
                if (!attachment.addTo(outgoing, Nanos.left(start, nanos))) {
                    return false;
                }
            }
            outgoing.addBody(message.body(), outbound.threshold());
            if (!outbound.send(outgoing.frame(subchannel), outgoing.descriptors(), Nanos.left(start, nanos))) {
                return false;
            }
            outgoing.markSent();
            if (outgoing.deadSenders() > 0) {
                window.add(0, 0, outgoing.deadSenders());
            }
            return true;
        }
    }

    @Override
    public @Nullable TicketedSender ticket(long nanos) throws InterruptedException {
        if (window.hasEnded()) {
            return dead();
        }
        Pipe pipe = Pipe.open();
        try (OpenFile reading = pipe.reading()) {
            long ticket = Tickets.draw();
            if (outbound.send(new Frame.Ticket(subchannel, ticket), List.of(reading), nanos)) {
                return new TicketedSender(new Frame.Entry.Sender(true, subchannel, ticket, outbound.address()),
                        pipe.writing());
            }
            pipe.writing().close();
            return null;
        } catch (DisconnectedException _) {
            pipe.writing().close();
            return dead();
        } catch (Throwable e) {
            Closing.undo(e, pipe.writing());
            throw e;
        }
    }

    private TicketedSender dead() {
        return TicketedSender.dead(subchannel, outbound.address());
    }
}
