package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.work.Closing;

/** Connects to servers, in this channel or in another one. Thread-safe. */
final class Connecting {

    private final Rendezvous rendezvous;
    private final Receivers receivers;
    private final Servers servers;
    private final Peers peers;
    private final Poller poller;

    Connecting(Rendezvous rendezvous, Receivers receivers, Servers servers, Peers peers, Poller poller) {
        this.rendezvous = rendezvous;
        this.receivers = receivers;
        this.servers = servers;
        this.peers = peers;
        this.poller = poller;
    }

    /**
     * Connects to a server and waits for its process's answer.
     *
     * @param name the name of a one-shot server, or a destination
     * @param nanos how long to wait, {@link Long#MAX_VALUE} for no limit
     * @return the server's target, with one sender counted
     * @throws DisconnectedException if there is no such server
     * @throws UnresponsiveException if its process has not answered in time
     */
    Target connect(String name, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        ServerName server = ServerName.isOne(name) ? ServerName.parse(name) : rendezvous.resolve(name);
        Target target = server == null ? queue(name, WaitLimit.of(nanos)) : target(server, name, start, nanos);
        if (target == null) {
            throw new DisconnectedException("No server \"" + name + "\" in " + rendezvous.path()
                    + ". No process has opened it yet, it was closed or used, its process has ended, or its channel is in"
                    + " another directory.");
        }
        return target instanceof RemoteTarget remote ? remote.granted() : target;
    }

    /** {@return the members of a destination that several processes serve; none is connected yet} */
    Members members(String destination, Kind kind) {
        DestinationName.check(destination);
        return new Members(rendezvous, this::begin, destination, kind);
    }

    /** {@return a queue with a consumer that has answered, {@code null} if there is none} */
    private @Nullable Target queue(String name, WaitLimit limit) throws InterruptedException {
        if (ServerName.isOne(name) || rendezvous.version(name) == null) {
            return null;
        }
        Members members = members(name, Kind.QUEUE);
        Queue queue = new Queue(members);
        boolean found = false;
        try {
            found = queue.awaitFirst(poller, limit);
            members.ensureKind();
            if (!found && !members.current().isEmpty()) {
                throw new UnresponsiveException("Queue " + name, "none of its consumers has answered in time.");
            }
            return found ? queue : null;
        } finally {
            if (!found) {
                queue.leave();
            }
        }
    }

    private @Nullable Target begin(ServerName server, String name) {
        if (server.address().equals(rendezvous.address())) {
            return localTarget(server.number());
        }
        Outbound there = peers.connect(server.address());
        return there == null ? null : there.redeem(0, server.number(), name, null);
    }

    /** A connection that is in use may end before the server answers. That says nothing of the server, so a new one is tried. */
    private @Nullable Target target(ServerName server, String name, long start, long nanos)
            throws InterruptedException {
        if (server.address().equals(rendezvous.address())) {
            Target local = localTarget(server.number());
            return local != null && isGranted(name, local, Nanos.left(start, nanos)) ? local : null;
        }
        boolean inUse = peers.isConnected(server.address());
        Outbound there = peers.connect(server.address(), nanos);
        Target target = there == null ? null : remoteTarget(there, server, name, Nanos.left(start, nanos));
        if (target == null && there != null && inUse && there.connection().isGivenUp()) {
            there = peers.connect(server.address(), Nanos.left(start, nanos));
            target = there == null ? null : remoteTarget(there, server, name, Nanos.left(start, nanos));
        }
        return target;
    }

    private @Nullable Target remoteTarget(Outbound there, ServerName server, String name, long nanos)
            throws InterruptedException {
        Target target = there.redeem(0, server.number(), name, null);
        return isGranted(name, target, nanos) ? target : null;
    }

    private @Nullable Target localTarget(long number) {
        Inbox inbox = servers.inbox(number);
        LocalTarget target = inbox == null ? null : receivers.target(inbox.subchannel());
        if (target == null || !target.join()) {
            return null;
        }
        if (!servers.connected(number)) {
            target.leave();
            return null;
        }
        return target;
    }

    /** Waits for the answer of a server. If it is not positive, the one sender is given back. */
    private boolean isGranted(String name, Target target, long nanos) throws InterruptedException {
        Window window = target.window();
        boolean granted;
        try {
            if (!poller.await(window.lock, window.changed, window::isGrantedOrEnded, nanos)) {
                throw new UnresponsiveException("Server " + name, "its process has not answered in time.");
            }
            granted = !window.hasEnded();
        } catch (Throwable e) {
            Closing.undo(e, target::leave);
            throw e;
        }
        if (!granted) {
            target.leave();
        }
        return granted;
    }
}
