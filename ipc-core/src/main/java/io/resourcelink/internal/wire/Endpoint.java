package io.resourcelink.internal.wire;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.StrangeFiles;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;

/*
 * The order of the end: first the names, so that no process connects any more; then the messages that wait in this process are sent;
 * then the leader ends, so that nothing more arrives; then everything that the leader has used. What other threads still do meets
 * ended connections, closed inboxes and windows that have ended.
 */

/** The machinery of one channel: builds its parts, gives each the parts that it needs, and closes them in order. Thread-safe. */
public final class Endpoint implements AutoCloseable {

    /** How long it waits at its end for room for messages that wait in this process. */
    private static final long LONGEST_FLUSH = TimeUnit.SECONDS.toNanos(1);

    private final Rendezvous rendezvous;
    private final Failures failures;
    private final Lifetime lifetime = new Lifetime();
    private final Names names;
    private final OwnName ownName;
    private final Watchlist watchlist;
    private final Poller poller;
    private final Packet incoming;
    private final ConnectionReports reports;
    private final Tickets tickets;
    private final Receivers receivers;
    private final Servers servers = new Servers();
    private final Peers peers;
    private final AttachmentOpener opener;
    private final Acceptor acceptor;
    private final Connecting connecting;
    private final Traffic sent = new Traffic();
    private final Traffic received = new Traffic();
    private final Sending sending;
    private final Receiving receiving;
    private final LongAdder reached = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final ReentrantLock ending = new ReentrantLock();
    private boolean released;

    private Endpoint(Rendezvous rendezvous, EndpointOptions options, Failures failures, Watchlist watchlist,
            Packet incoming) {
        HostClock clock = HostClock.system();
        this.rendezvous = rendezvous;
        this.failures = failures;
        this.watchlist = watchlist;
        this.incoming = incoming;
        String address = rendezvous.address();
        names = new Names(rendezvous, failures, this::lookAfterSoon);
        ownName = new OwnName(rendezvous, watchlist);
        reports = new ConnectionReports(options.listener(), failures);
        poller = new Poller(watchlist, "ipc-channel-" + address, options.spinNanos(), failures, this::upkeep);
        tickets = new Tickets(watchlist);
        receivers = new Receivers(lifetime, address, tickets);
        Links links = new Links(options.segments());
        ConnectionResources resources = new ConnectionResources(poller, watchlist, incoming, new StrangeFiles(),
                options.threshold(), options.batching(), options.trust(), links, options.immutableMemoryOnly(), clock,
                failures);
        peers = new Peers(rendezvous, lifetime, resources, this::opener, reports);
        Grants grants = new Grants(receivers, servers, tickets);
        opener = new AttachmentOpener(links, new ReceivedSenders(address, receivers, tickets, peers),
                options.immutableMemoryOnly());
        acceptor = new Acceptor(rendezvous, lifetime, watchlist, reports, failures,
                socket -> new Inbound(resources, socket, grants, opener, this::ended));
        connecting = new Connecting(rendezvous, receivers, servers, peers, poller);
        sending = new Sending(lifetime, poller, sent, failures, options.threshold());
        receiving = new Receiving(poller, received);
    }

    /**
     * Opens an endpoint: listens, and starts a thread.
     *
     * @param directory where channels find each other, {@code null} for the default
     * @param options what it is built with
     * @return the endpoint
     * @throws io.resourcelink.error.PermissionException if other users can enter or replace the directory
     */
    public static Endpoint open(@Nullable Path directory, EndpointOptions options) {
        Rendezvous rendezvous = Rendezvous.open(directory, options.trust());
        try {
            Failures failures = new Failures("Channel " + rendezvous.address());
            return start(rendezvous, options, failures, new Watchlist(failures));
        } catch (Throwable e) {
            Closing.undo(e, rendezvous::unlink);
            Closing.undo(e, rendezvous);
            throw e;
        }
    }

    /**
     * {@return where channels are that follow a directory of segments, {@code null} for the default}
     *
     * @param segments the directory of segments
     */
    public static @Nullable Path directoryInside(Path segments) {
        return TrustedDirectory.inside(segments);
    }

    private static Endpoint start(Rendezvous rendezvous, EndpointOptions options, Failures failures,
            Watchlist watchlist) {
        try {
            Packet incoming = new Packet();
            try {
                return new Endpoint(rendezvous, options, failures, watchlist, incoming).started();
            } catch (Throwable e) {
                Closing.undo(e, incoming);
                throw e;
            }
        } catch (Throwable e) {
            Closing.undo(e, watchlist::free);
            throw e;
        }
    }

    /** Begins to work, or gives back what it has opened for that. */
    private Endpoint started() {
        try {
            acceptor.listen(rendezvous.socket());
            ownName.keepWatched();
            poller.start();
            return this;
        } catch (Throwable e) {
            Closing.undo(e, ownName);
            throw e;
        }
    }

    /** {@return the address, which is the name of its socket} */
    public String address() {
        return rendezvous.address();
    }

    /** {@return the directory where channels find each other} */
    public Path directory() {
        return rendezvous.path();
    }

    /** {@return whether a destination has an entry in the directory, of a living process or of one that has died} */
    public boolean hasEntry(String destination) {
        return rendezvous.resolve(destination) != null || !rendezvous.entries(destination).isEmpty();
    }

    /** {@return the open receivers} */
    public Receivers receivers() {
        return receivers;
    }

    /** {@return the receivers that wait for senders} */
    public Servers servers() {
        return servers;
    }

    /** {@return the names by which others find it} */
    public Names names() {
        return names;
    }

    /** {@return what sends messages} */
    public Sending sending() {
        return sending;
    }

    /** {@return what receives messages} */
    public Receiving receiving() {
        return receiving;
    }

    /** {@return what was sent} */
    public Traffic sent() {
        return sent;
    }

    /** {@return what was received} */
    public Traffic received() {
        return received;
    }

    /** {@return how many connections there are, in both directions} */
    public int connections() {
        return peers.size() + acceptor.size();
    }

    /** {@return how many connections have ended} */
    public long disconnects() {
        return reports.count();
    }

    /** {@return how many messages were reported as not handled} */
    public long unhandled() {
        return reports.unhandled();
    }

    /** {@return how many steps of its own threads have failed} */
    public long failures() {
        return failures.count();
    }

    /**
     * Connects to a server and waits for its process's answer; see {@link Connecting#connect}.
     *
     * @throws IllegalStateException if the endpoint is closed
     */
    public Target connect(String name, long nanos) throws InterruptedException {
        lifetime.ensureOpen();
        return connecting.connect(name, nanos);
    }

    /**
     * Opens the way to the subscribers of a destination. Waits for none of them.
     *
     * @throws IllegalStateException if the endpoint is closed
     */
    public Topic topic(String destination) {
        lifetime.ensureOpen();
        return new Topic(connecting.members(destination, Kind.TOPIC), sending, reports, reached, dropped);
    }

    /** {@return how often a published message has reached a subscriber} */
    public long reached() {
        return reached.sum();
    }

    /** {@return how often a published message was dropped for a subscriber} */
    public long dropped() {
        return dropped.sum();
    }

    /** Throws {@link IllegalArgumentException} if the name of a destination is not valid. */
    public static void checkDestination(String destination) {
        DestinationName.check(destination);
    }

    /** {@return whether its thread sleeps without a limit, because nothing happens} */
    public boolean isResting() {
        return poller.isResting();
    }

    /** {@return whether it was closed} */
    public boolean isClosed() {
        return lifetime.isClosed();
    }

    private AttachmentOpener opener() {
        return opener;
    }

    private void ended(Inbound over, @Nullable IpcException failure) {
        acceptor.ended(over, failure);
    }

    /** A name could not be removed. */
    private void lookAfterSoon() {
        poller.lookAfterSoon();
    }

    /** Called by a leader. Returns whether there is more to do later. */
    private boolean upkeep() {
        Closing closing = new Closing();
        closing.run(this::keepNames);
        boolean atReceivers = closing.ask(acceptor::lookAfter);
        boolean atSenders = closing.ask(peers::lookAfter);
        closing.end();
        return atReceivers || atSenders || !ownName.isWatched() || !names.isSettled();
    }

    /** The user's listener may be called, so closing must not wait for the second part. */
    private void keepNames() {
        PacketSocket old = lifetime.whileOpen(() -> names.restore(acceptor::listen));
        if (old != null) {
            try (old) {
                acceptor.acceptAll(old);
            }
        }
        // Closing the channel closes the watch, and none may be made afterwards.
        lifetime.whileOpen(ownName::keepWatched);
    }

    /**
     * Ends everything, whatever fails on the way. Waits for a peer only to read messages that wait here, and not for long. A second call
     * does nothing, unless the first one was cut short because the heap had run out.
     */
    @Override
    public void close() {
        lifetime.close();
        Closing closing = new Closing();
        ending.lock();
        try {
            if (!released) {
                release(closing);
                released = true;
            }
        } finally {
            ending.unlock();
        }
        closing.end();
    }

    private void release(Closing closing) {
        // In this order: a server that is opened meanwhile gets no name afterwards, or its name is removed; and no name is taken
        // from another process, which may serve a destination as soon as this channel's own name is gone.
        closing.run(rendezvous::stopPublishing);
        names.withdrawAll(closing);
        closing.run(rendezvous::unlink);
        closing.run(() -> peers.flushAtLast(WaitLimit.of(LONGEST_FLUSH)));
        closing.run(this::stop);
        List<Connection> connections = new ArrayList<>(peers.connections());
        connections.addAll(acceptor.connections());
        receivers.closeAll(closing);
        connections.forEach(connection -> closing.run(connection::close));
        // Once more for those where a step has failed.
        closing.run(peers::lookAfter);
        closing.run(acceptor::lookAfter);
        closing.run(tickets::close);
        closing.run(ownName::close);
        closing.run(rendezvous::close);
        closing.run(incoming::close);
        closing.run(watchlist::free);
    }

    private void stop() {
        if (!poller.stop()) {
            failures.report("being closed",
                    new IllegalStateException("A ChannelListener has not returned for seconds."));
        }
    }
}
