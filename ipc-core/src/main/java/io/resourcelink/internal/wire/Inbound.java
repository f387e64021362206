package io.resourcelink.internal.wire;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.work.Closing;

/**
 * The connection from a channel that sends, and what that channel was granted. Only the <em>leader</em> calls it: the one thread
 * that reads the sockets at the moment ({@link Poller}).
 */
final class Inbound implements Connection.Role {

    private final Grants grants;
    private final AttachmentOpener opener;
    private final Listener listener;
    private final Connection connection;
    private final Map<Long, RemoteSource> sources = new ConcurrentHashMap<>();

    /** Is told of the end. */
    interface Listener {

        /** The connection has ended, because of a failure if there is one. */
        void ended(Inbound inbound, @Nullable IpcException failure);
    }

    /** Creates the connection; {@link Connection#open} begins. */
    Inbound(ConnectionResources resources, PacketSocket socket, Grants grants, AttachmentOpener opener,
            Listener listener) {
        this.grants = grants;
        this.opener = opener;
        this.listener = listener;
        this.connection = new Connection(resources, socket, this);
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void received(Frame frame, List<OpenFile> descriptors, boolean lacksDescriptors) throws Frame.Malformed {
        boolean taken;
        try {
            taken = switch (frame) {
                case Frame.Message message when lacksDescriptors -> {
                    // Closed first: the peer may send again as soon as it is told.
                    descriptors.forEach(OpenFile::close);
                    yield lost(message);
                }
                case Frame.Message message -> deliver(message, descriptors);
                case Frame.Ticket ticket -> arrived(ticket, lacksDescriptors ? null : descriptors.getFirst());
                case Frame.Redeem redeem -> redeem(redeem);
                case Frame.Release release -> release(release);
                case Frame.Stopped stopped -> stopped(stopped);
                case Frame.Cancel cancel -> cancel(cancel);
                case Frame.Missed missed -> missed(missed);
                default -> throw new Frame.Malformed("a " + frame.getClass().getSimpleName() + " from a sending side",
                        "a message, ticket, or what is said of them");
            };
        } catch (Throwable e) {
            Closing.undo(e, () -> Closing.each(descriptors, OpenFile::close));
            throw e;
        }
        if (!taken) {
            Closing.each(descriptors, OpenFile::close);
        }
    }

    private boolean deliver(Frame.Message message, List<OpenFile> descriptors) throws Frame.Malformed {
        RemoteSource source = source(message);
        if (source == null) {
            return false;
        }
        put(source, message, new RemoteContent(message.parts(), descriptors, opener), message.wantsReply());
        return true;
    }

    private void put(RemoteSource source, Frame.Message message, ReceivedContent content, boolean wantsReply) {
        ReceivedMessage received = new ReceivedMessage(source, message.number(), content, message.parts().memory(),
                message.descriptors(), connection.clock().ageFromBirth(message.born()), message.maxAge(), wantsReply);
        if (!source.inbox().put(received)) {
            // Its receiver was closed after it was counted. First its sender is told, so that it does not look like a handled one.
            refused(message);
            received.refuse();
        }
    }

    /** Tells both sides of a message whose descriptors did not fit into this process. */
    private boolean lost(Frame.Message message) throws Frame.Malformed {
        RemoteSource source = source(message);
        if (source != null) {
            put(source, message, new LostContent(new MessageException("A message was lost: this process has no room for"
                    + " the " + message.descriptors()
                    + " descriptors that it carried. Close what is not needed, or raise"
                    + " RLIMIT_NOFILE (ulimit -n).", null), message.parts().bodyLength()), false);
            connection.post(new Frame.Undelivered(message.subchannel(), message.number()));
        }
        return false;
    }

    /** {@return the senders, which have credit for the message; {@code null} if the receiver is closed} */
    private @Nullable RemoteSource source(Frame.Message message) throws Frame.Malformed {
        RemoteSource source = sources.get(message.subchannel());
        if (source == null) {
            if (grants.isOpen(message.subchannel())) {
                throw new Frame.Malformed("a message for subchannel " + message.subchannel(),
                        "one for a subchannel that it was granted");
            }
            return refused(message);
        }
        if (source.inbox().isClosed()) {
            sources.remove(message.subchannel());
            return refused(message);
        }
        source.arrived(message);
        return source;
    }

    /** The receiver was closed while the message was on its way. */
    private @Nullable RemoteSource refused(Frame.Message message) {
        connection.post(new Frame.Unhandled(message.subchannel(), message.number(), message.number()));
        return null;
    }

    private boolean stopped(Frame.Stopped stopped) throws Frame.Malformed {
        RemoteSource source = sources.get(stopped.subchannel());
        if (source != null) {
            source.stopped(stopped.last());
        }
        return false;
    }

    private boolean cancel(Frame.Cancel cancel) throws Frame.Malformed {
        RemoteSource source = sources.get(cancel.subchannel());
        if (source != null) {
            source.cancel(cancel.number());
        }
        return false;
    }

    private boolean missed(Frame.Missed missed) {
        RemoteSource source = sources.get(missed.subchannel());
        if (source != null) {
            source.inbox().miss(missed.count());
        }
        return false;
    }

    /** Tells the credit that is due at all receivers, or ends what has ended. Called by the upkeep. */
    void lookAfter() {
        connection.endAgain();
        sources.values().removeIf(source -> source.inbox().isClosed());
        sources.values().forEach(RemoteSource::tellCredit);
    }

    private boolean arrived(Frame.Ticket ticket, @Nullable OpenFile reading) throws Frame.Malformed {
        RemoteSource source = sources.get(ticket.subchannel());
        if (source == null && grants.isOpen(ticket.subchannel())) {
            throw new Frame.Malformed("a ticket for subchannel " + ticket.subchannel(),
                    "one for a subchannel that it was granted");
        }
        // A writing end would keep the reading end of its pipe, if that came as another ticket, from ever being lost.
        if (reading != null && !Pipe.isReadingEnd(reading)) {
            throw new Frame.Malformed("a ticket that cannot be watched", "the reading end of a pipe");
        }
        if (source == null || !source.inbox().addSource()) {
            return false;
        }
        grants.ticketArrived(ticket.ticket(), source.inbox(), reading, this);
        return true;
    }

    private boolean redeem(Frame.Redeem redeem) throws Frame.Malformed {
        Inbox inbox = grants.inbox(redeem);
        RemoteSource source = inbox == null ? null : granted(inbox, redeem.subchannel() != 0);
        if (inbox == null || source == null) {
            connection.post(new Frame.Closed(redeem.subchannel(), redeem.ticket()));
            return false;
        }
        if (!grants.redeemed(redeem)) {
            // A sender of this channel was quicker at the one-shot server.
            release(new Frame.Release(inbox.subchannel(), 1));
            connection.post(new Frame.Closed(redeem.subchannel(), redeem.ticket()));
            return false;
        }
        connection.post(new Frame.Granted(inbox.subchannel(), redeem.ticket(), inbox.credits()));
        if (inbox.isClosed()) {
            // Perhaps closed since the sender was counted, and reported before the grant: to a sender that was not known yet.
            source.receiverClosed(List.of());
        } else if (inbox.isStopping()) {
            // Perhaps it was told of the stop before the grant, when it did not know the receiver. It answers once.
            source.stop();
        }
        return false;
    }

    /**
     * Counts one more sender.
     *
     * @param known whether the other side knows the receiver already: then its next release names the sender, refused or not
     * @return {@code null} if the receiver is closed, or takes no more senders
     */
    private @Nullable RemoteSource granted(Inbox inbox, boolean known) {
        RemoteSource source = sources.computeIfAbsent(inbox.subchannel(),
                _ -> new RemoteSource(connection, inbox, this::forget));
        boolean counted = inbox.addSource(source);
        if (counted || known) {
            source.grant();
        }
        return counted ? source : null;
    }

    /** The receiver is closed, and the other side was told. What still comes for it is treated as for any closed receiver. */
    private void forget(RemoteSource source) {
        sources.remove(source.inbox().subchannel(), source);
    }

    private boolean release(Frame.Release release) throws Frame.Malformed {
        RemoteSource source = sources.get(release.subchannel());
        if (source == null) {
            return false;
        }
        int left = source.release(release.count());
        if (left < 0) {
            throw new Frame.Malformed("a release of " + release.count() + " senders", "at most those it has");
        }
        if (left == 0) {
            source.inbox().removeSource(source);
        }
        return false;
    }

    @Override
    public boolean pauses() {
        return true;
    }

    @Override
    public void ended(@Nullable IpcException failure) {
        Closing closing = new Closing();
        for (RemoteSource source : sources.values()) {
            source.releaseAll();
            closing.run(() -> source.inbox().forget(source));
        }
        closing.run(() -> grants.carrierEnded(this));
        closing.end();
    }

    @Override
    public void closed(@Nullable IpcException failure) {
        sources.clear();
        listener.ended(this, failure);
    }
}
