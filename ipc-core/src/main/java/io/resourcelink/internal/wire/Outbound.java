package io.resourcelink.internal.wire;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.work.Closing;

/*
 * Frames about senders are sent in the order in which the senders are counted: both happen under this object's monitor. A
 * sender is redeemed before it is counted as released. A release names all senders that were redeemed, answered or not.
 * Answers to the same ticket come in the order in which it was redeemed. A server's number is redeemed twice if two threads
 * connect to the server at the same time.
 */

/**
 * The connection to a channel that receives, and this channel's senders to it. A {@link RemoteTarget} is one receiver there, with the
 * senders that this channel has to it. Its {@link Window} says how much may be sent to it at the moment. This class owns each writing
 * end of a pipe that it redeems, until the answer; {@link OutgoingMessage} owns the descriptors that are sent. Thread-safe.
 */
final class Outbound implements Connection.Role {

    /** How many senders may wait for an answer of the other side. Most of them keep a descriptor meanwhile. */
    private static final int MOST_UNANSWERED = 4096;

    private final String address;
    private final RemoteContent.Opener opener;
    private final Listener listener;
    private final Connection connection;
    private final Map<Long, RemoteTarget> targets = new HashMap<>();
    private final Map<Long, Deque<Redeemed>> redeemed = new HashMap<>();
    private int unanswered;
    private volatile boolean lost;
    private @Nullable String over;

    private record Redeemed(RemoteTarget target, @Nullable OpenFile writing) {

        void close() {
            if (writing != null) {
                writing.close();
            }
        }
    }

    /** Is told of the end. */
    interface Listener {

        /** The connection has ended, because of a failure if there is one. */
        void ended(Outbound outbound, @Nullable IpcException failure);

        /** Messages were sent, and the receiver has not handled them. */
        void unhandled(UnhandledMessages messages);
    }

    /**
     * Creates the connection; {@link Connection#open} begins.
     *
     * @param address the other channel's address
     * @param opener opens what replies carry
     */
    Outbound(ConnectionResources resources, PacketSocket socket, String address, RemoteContent.Opener opener,
            Listener listener) {
        this.address = address;
        this.opener = opener;
        this.listener = listener;
        this.connection = new Connection(resources, socket, this);
    }

    Connection connection() {
        return connection;
    }

    String address() {
        return address;
    }

    String peer() {
        return connection.peer();
    }

    /**
     * Tells of messages that were not handled, or perhaps not. What was sent before this channel is closed still arrives, and how it ends
     * there is not told here any more, unless some of it was lost.
     */
    void report(UnhandledMessages messages) {
        if (lost || !connection.isClosedHere()) {
            listener.unhandled(messages);
        }
    }

    /** Sends what waits in this process; see {@link SocketWriter#flushAtLast}. */
    void flushAtLast(WaitLimit limit) {
        lost = !connection.flushAtLast(limit);
    }

    /**
     * Takes over a sender that has arrived, and redeems its ticket.
     *
     * @param subchannel the number in the other channel, 0 for a server's
     * @param name what people call the receiver
     * @param writing the writing end of the ticket's pipe, which is closed when the other side has answered
     * @return the sender's target, with one sender counted
     */
    synchronized RemoteTarget redeem(long subchannel, long ticket, String name, @Nullable OpenFile writing) {
        RemoteTarget target;
        Frame frame;
        try {
            target = target(subchannel, name);
            if (over != null) {
                target.grant();
                target.window().end(over);
                if (writing != null) {
                    writing.close();
                }
                return target;
            }
            frame = new Frame.Redeem(subchannel, ticket);
            redeemed.computeIfAbsent(ticket, _ -> new ArrayDeque<>()).add(new Redeemed(target, writing));
        } catch (Throwable e) {
            if (writing != null) {
                Closing.undo(e, writing);
            }
            throw e;
        }
        target.grant();
        connection.post(frame);
        if (++unanswered > MOST_UNANSWERED) {
            connection.giveUp(new UnresponsiveException("The channel in " + peer(),
                    "it has not answered for " + MOST_UNANSWERED + " senders to it that have arrived here."));
        }
        return target;
    }

    private RemoteTarget target(long subchannel, String name) {
        RemoteTarget known = subchannel == 0 ? null : targets.get(subchannel);
        RemoteTarget target = known == null ? new RemoteTarget(this, subchannel, name) : known;
        if (subchannel != 0 && over == null) {
            targets.put(subchannel, target);
        }
        return target;
    }

    /** Tells the other side that a target has no sender any more. It stays known as long as its receiver. */
    synchronized void release(RemoteTarget target, int grants) {
        if (target.isReceiverClosed()) {
            targets.remove(target.subchannel(), target);
        } else if (target.equals(targets.get(target.subchannel()))) {
            connection.post(new Frame.Release(target.subchannel(), grants));
        }
    }

    @Override
    public void received(Frame frame, List<OpenFile> descriptors, boolean lacksDescriptors) throws Frame.Malformed {
        if (frame instanceof Frame.Reply reply) {
            replied(reply, descriptors, lacksDescriptors);
            return;
        }
        Closing.each(descriptors, OpenFile::close);
        switch (frame) {
            case Frame.Granted granted -> granted(granted);
            case Frame.Closed closed -> closed(closed);
            case Frame.Credit credit -> {
                RemoteTarget target = target(credit.subchannel());
                if (target != null) {
                    target.credit(credit);
                }
            }
            case Frame.Undelivered undelivered -> {
                RemoteTarget target = target(undelivered.subchannel());
                if (target != null) {
                    target.undelivered(undelivered.number());
                }
            }
            case Frame.Stop stop -> stop(stop.subchannel());
            case Frame.Unhandled unhandled -> {
                RemoteTarget target = target(unhandled.subchannel());
                if (target != null) {
                    target.unhandled(unhandled.first(), unhandled.last());
                }
            }
            default -> throw new Frame.Malformed("a " + frame.getClass().getSimpleName() + " from a receiving side",
                    "an answer");
        }
    }

    /** A reply that nobody waits for any more is discarded. */
    private void replied(Frame.Reply reply, List<OpenFile> descriptors, boolean lacksDescriptors)
            throws Frame.Malformed {
        ReceivedContent content;
        try {
            content = content(reply, descriptors, lacksDescriptors);
        } catch (Throwable e) {
            Closing.undo(e, () -> Closing.each(descriptors, OpenFile::close));
            throw e;
        }
        boolean taken = false;
        try {
            RemoteTarget target = target(reply.subchannel());
            taken = target != null && target.replied(reply, content);
        } finally {
            if (!taken) {
                content.discard();
            }
        }
    }

    private ReceivedContent content(Frame.Reply reply, List<OpenFile> descriptors, boolean lacksDescriptors) {
        if (!lacksDescriptors) {
            return new RemoteContent(reply.parts(), descriptors, opener);
        }
        Closing.each(descriptors, OpenFile::close);
        return new LostContent(new MessageException("A reply was lost: this process has no room for the "
                + reply.descriptors() + " descriptors that it carried. Close what is not needed, or raise"
                + " RLIMIT_NOFILE (ulimit -n).", null), reply.parts().bodyLength());
    }

    /**
     * Answers to the first stop, if this channel knows the receiver. No message is numbered between the two steps. Without an end of
     * answers, a peer that never reads could have any number of them kept.
     */
    private void stop(long subchannel) {
        RemoteTarget target = target(subchannel);
        if (target != null) {
            connection.exclusively(() -> {
                long last = target.stop();
                if (last >= 0) {
                    connection.post(new Frame.Stopped(subchannel, last));
                }
            });
        }
    }

    private synchronized @Nullable RemoteTarget target(long subchannel) {
        return targets.get(subchannel);
    }

    private synchronized void granted(Frame.Granted granted) throws Frame.Malformed {
        Redeemed answered = answered(granted.ticket());
        RemoteTarget target = answered.target();
        if (granted.subchannel() == 0) {
            throw new Frame.Malformed("a grant for no subchannel", "one for some");
        }
        if (target.subchannel() == 0) {
            connected(target, granted.subchannel());
        } else if (target.subchannel() != granted.subchannel()) {
            throw new Frame.Malformed("a grant for subchannel " + granted.subchannel(), "one for "
                    + target.subchannel());
        }
        target.window().grant(granted.credits());
    }

    /** Takes in the number of a server's subchannel. If there are senders to it already, this is one more of them. */
    private void connected(RemoteTarget target, long subchannel) {
        RemoteTarget known = targets.get(subchannel);
        if (target.isAbandoned()) {
            connection.post(new Frame.Release(subchannel, 1));
        } else if (known == null) {
            target.identify(subchannel);
            targets.put(subchannel, target);
        } else {
            known.grant();
            target.become(known);
        }
    }

    private void closed(Frame.Closed closed) throws Frame.Malformed {
        RemoteTarget target = closedTarget(closed);
        if (target == null) {
            return;
        }
        if (target.isReceiverClosed()) {
            target.receiverClosed();
        } else {
            target.refused();
        }
    }

    private synchronized @Nullable RemoteTarget closedTarget(Frame.Closed closed) throws Frame.Malformed {
        RemoteTarget target = closed.ticket() == 0
                ? targets.get(closed.subchannel())
                : answered(closed.ticket()).target();
        // A receiver that refuses one more sender may be stopping, and handle what was sent before. It says later that it is closed.
        if (target != null && (closed.ticket() == 0 || !target.hasSent())) {
            target.markReceiverClosed();
            if (target.isAbandoned()) {
                targets.remove(target.subchannel(), target);
            }
        }
        return target;
    }

    private Redeemed answered(long ticket) throws Frame.Malformed {
        Deque<Redeemed> waiting = redeemed.get(ticket);
        Redeemed answered = waiting == null ? null : waiting.poll();
        if (waiting != null && waiting.isEmpty()) {
            redeemed.remove(ticket);
        }
        if (answered == null) {
            throw new Frame.Malformed("an answer to a ticket that was not redeemed", "one that was");
        }
        unanswered--;
        answered.close();
        return answered;
    }

    @Override
    public boolean pauses() {
        return false;
    }

    /** First all that wait are told, then the pipes are closed. */
    @Override
    public void ended(@Nullable IpcException failure) {
        String message = failure == null ? null : failure.getMessage();
        String why = message == null ? SocketWriter.ENDED : message;
        List<RemoteTarget> all;
        List<Redeemed> unanswered;
        synchronized (this) {
            // From now on nothing is added.
            over = why;
            all = new ArrayList<>(targets.values());
            unanswered = redeemed.values().stream().flatMap(Deque::stream).toList();
        }
        Closing closing = new Closing();
        for (RemoteTarget target : all) {
            closing.run(() -> target.connectionEnded(why));
        }
        for (Redeemed waiting : unanswered) {
            closing.run(() -> waiting.target().connectionEnded(why));
        }
        closing.run(() -> Closing.each(unanswered, Redeemed::close));
        closing.end();
    }

    @Override
    public void closed(@Nullable IpcException failure) {
        synchronized (this) {
            targets.clear();
            redeemed.clear();
        }
        listener.ended(this, failure);
    }
}
