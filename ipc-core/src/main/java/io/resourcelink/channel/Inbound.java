package io.resourcelink.channel;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.Pipe;

/** A connection from a channel that sends, and what it has been granted. Only the leader calls it. */
final class Inbound implements Connection.Role {

    private final Hub hub;
    private final Connection connection;
    private final Map<Long, Source> sources = new ConcurrentHashMap<>();

    Inbound(Hub hub, PacketSocket socket, PacketSocket.Peer peer,
            Packet incoming) {
        this.hub = hub;
        this.connection = new Connection(hub.poller(), socket, peer, incoming, hub.strangeFiles(), this);
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void received(Frame frame, List<OpenFile> descriptors, boolean lacksDescriptors) throws Frame.Malformed {
        boolean taken = false;
        try {
            int expected = switch (frame) {
                case Frame.Message message -> message.descriptors();
                case Frame.Ticket _ -> 1;
                default -> 0;
            };
            if (lacksDescriptors ? descriptors.size() >= expected : descriptors.size() != expected) {
                throw new Frame.Malformed(descriptors.size() + " descriptors", String.valueOf(expected));
            }
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
                default -> throw new Frame.Malformed("a " + frame.getClass().getSimpleName() + " from a sending side",
                        "a message, ticket, or what is said of them");
            };
        } finally {
            if (!taken) {
                descriptors.forEach(OpenFile::close);
            }
        }
    }

    private boolean deliver(Frame.Message message, List<OpenFile> descriptors) throws Frame.Malformed {
        Source source = source(message);
        if (source == null) {
            return false;
        }
        Parcel parcel = new Parcel.Remote(message, descriptors, source, hub);
        if (!source.inbox().put(parcel)) {
            parcel.discard();
        }
        return true;
    }

    /** A message whose descriptors did not fit into this process: both sides are told. */
    private boolean lost(Frame.Message message) throws Frame.Malformed {
        Source source = source(message);
        if (source != null) {
            source.inbox().put(new Parcel.Broken(new MessageException("A message was lost: this process has no room for"
                    + " the " + message.descriptors()
                    + " descriptors that it carried. Close what is not needed, or raise"
                    + " RLIMIT_NOFILE (ulimit -n).", null), message.bodyLength(), message.descriptors(), source));
            connection.post(new Frame.Undelivered(message.subchannel()));
        }
        return false;
    }

    /** Who may send it, or {@code null} if nobody receives it any more. */
    private @Nullable Source source(Frame.Message message) throws Frame.Malformed {
        Source source = sources.get(message.subchannel());
        if (source == null) {
            if (hub.isOpen(message.subchannel())) {
                throw new Frame.Malformed("a message for subchannel " + message.subchannel(),
                        "one for a subchannel that it was granted");
            }
            return null;
        }
        if (!source.arrived(message.bodyLength(), message.descriptors())) {
            throw new Frame.Malformed("more than there was credit for", "at most " + source.inbox().credits());
        }
        return source;
    }

    private boolean arrived(Frame.Ticket ticket, @Nullable OpenFile reading) throws Frame.Malformed {
        Source source = sources.get(ticket.subchannel());
        if (source == null && hub.isOpen(ticket.subchannel())) {
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
        hub.tickets().arrived(ticket.ticket(), source.inbox(), reading, this);
        return true;
    }

    private boolean redeem(Frame.Redeem redeem) {
        boolean first = redeem.subchannel() == 0;
        Inbox inbox = first ? hub.served(redeem.ticket()) : hub.inbox(redeem.subchannel());
        Source source = inbox == null ? null : granted(inbox);
        if (inbox == null || source == null) {
            connection.post(new Frame.Closed(redeem.subchannel(), redeem.ticket()));
            return false;
        }
        if (first) {
            hub.connected(redeem.ticket());
        } else {
            hub.tickets().redeem(redeem.ticket());
        }
        connection.post(new Frame.Granted(inbox.subchannel(), redeem.ticket(), inbox.credits()));
        return false;
    }

    /** Counts one more sender, or answers {@code null} if nobody receives any more. */
    private @Nullable Source granted(Inbox inbox) {
        Source known = sources.get(inbox.subchannel());
        if (known != null) {
            known.grant();
            return known;
        }
        Source source = new Source(this, inbox);
        source.grant();
        if (!inbox.addSource(source)) {
            return null;
        }
        sources.put(inbox.subchannel(), source);
        return source;
    }

    private boolean release(Frame.Release release) throws Frame.Malformed {
        Source source = sources.get(release.subchannel());
        if (source == null) {
            return false;
        }
        int left = source.release(release.count());
        if (left < 0) {
            throw new Frame.Malformed("a release of " + release.count() + " senders", "at most those it has");
        }
        if (left == 0) {
            sources.remove(release.subchannel());
            source.inbox().remove(source);
        }
        return false;
    }

    /** Nobody receives on a subchannel any more. Called by any thread. */
    void forget(long subchannel) {
        sources.remove(subchannel);
    }

    @Override
    public boolean pauses() {
        return true;
    }

    @Override
    public void ended(@Nullable IpcException failure) {
        for (Source source : sources.values()) {
            source.releaseAll();
            source.inbox().remove(source);
        }
        sources.clear();
        hub.tickets().carrierEnded(this);
        hub.ended(this, failure);
    }
}
