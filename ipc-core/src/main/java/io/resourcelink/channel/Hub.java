package io.resourcelink.channel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.os.StrangeFiles;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Recurring;

/*
 * What a channel is made of, and in which order it ends: no leader any more, then everything that leaders use. Whatever
 * other threads still do then meets connections that have ended, inboxes that are closed and windows that are over.
 */

/** A channel's subchannels, connections and tickets. Thread-safe. */
final class Hub {

    private static final long ACCEPT_PAUSE_MILLIS = 100;
    private static final long CONNECT_PAUSE_MILLIS = 2;
    private static final String RECEIVER_CLOSED = "its receiver was closed. Close this sender.";

    private final Options options;
    private final Rendezvous rendezvous;
    private final Poller poller;
    private final Packet incoming;
    private final Tickets tickets;
    private final long listening;
    private final AtomicLong subchannels = new AtomicLong();
    private final Map<Long, LocalTarget> open = new ConcurrentHashMap<>();
    private final Map<Long, Served> servers = new ConcurrentHashMap<>();
    private final Names names;
    private final Map<String, Outbound> outbound = new HashMap<>();
    private final Set<Inbound> inbound = ConcurrentHashMap.newKeySet();
    private final Traffic traffic = new Traffic();
    private final Failures failures;
    private final Recurring acceptance;
    private final Greetings greetings;
    private final StrangeFiles strangeFiles = new StrangeFiles();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ReentrantLock ending = new ReentrantLock();
    private boolean released;

    /** What a channel was built with. */
    record Options(Codec codec, @Nullable ResourceLinkFactory segments, Credits credits, int threshold,
            long spinNanos, ChannelListener listener) {}

    Hub(Rendezvous rendezvous, Options options) {
        this.options = options;
        this.rendezvous = rendezvous;
        this.failures = new Failures("Channel " + rendezvous.address());
        this.names = new Names(rendezvous, failures);
        this.greetings = new Greetings(failures);
        this.poller = new Poller("ipc-channel-" + rendezvous.address(), options.spinNanos(), failures,
                this::keepNames);
        this.tickets = new Tickets(poller);
        this.listening = poller.newKey();
        this.acceptance = new Recurring("ipc-accept", ACCEPT_PAUSE_MILLIS, failures, this::acceptAgain);
        try {
            this.incoming = new Packet();
            listen(rendezvous.socket());
            poller.start();
        } catch (RuntimeException | Error e) {
            poller.free();
            throw e;
        }
    }

    Poller poller() {
        return poller;
    }

    StrangeFiles strangeFiles() {
        return strangeFiles;
    }

    Tickets tickets() {
        return tickets;
    }

    Traffic traffic() {
        return traffic;
    }

    ChannelStatistics statistics() {
        int connections;
        synchronized (outbound) {
            connections = outbound.size() + inbound.size();
        }
        long queued = 0;
        for (LocalTarget target : open.values()) {
            queued += target.inbox().size();
        }
        return traffic.statistics(connections, open.size(), queued, failures.count());
    }

    Codec codec() {
        return options.codec();
    }

    Credits credits() {
        return options.credits();
    }

    int threshold() {
        return options.threshold();
    }

    String address() {
        return rendezvous.address();
    }

    boolean isClosed() {
        return closed.get();
    }

    void ensureOpen() {
        if (closed.get()) {
            throw new IllegalStateException("The channel is closed.");
        }
    }

    /** Opens a subchannel, which has no sender yet. */
    LocalTarget openSubchannel(Credits credits) {
        ensureOpen();
        Inbox inbox = new Inbox(subchannels.incrementAndGet(), credits);
        LocalTarget target = new LocalTarget(this, inbox);
        open.put(inbox.subchannel(), target);
        return target;
    }

    /** Ends receiving on a subchannel. Idempotent. */
    void closeSubchannel(Inbox inbox) {
        LocalTarget target = open.remove(inbox.subchannel());
        if (target != null) {
            target.window().end(RECEIVER_CLOSED);
        }
        inbox.close();
    }

    boolean isOpen(long subchannel) {
        return open.containsKey(subchannel);
    }

    @Nullable
    Inbox inbox(long subchannel) {
        LocalTarget target = open.get(subchannel);
        return target == null ? null : target.inbox();
    }

    private record Served(Inbox inbox, boolean once) {}

    /** Has a subchannel wait for senders, who must know the number. The wait is one of its sources. */
    long serve(Inbox inbox, boolean once) {
        long number = Tickets.draw();
        inbox.addSource();
        servers.put(number, new Served(inbox, once));
        return number;
    }

    /** Whom a number stands for. */
    @Nullable
    Inbox served(long number) {
        Served served = servers.get(number);
        return served == null ? null : served.inbox();
    }

    /** Somebody has connected by a number, and is a source by now. */
    void connected(long number) {
        Served served = servers.get(number);
        if (served != null && served.once()) {
            endServing(number);
        }
    }

    /** Ends a wait. Nobody can connect by the number any more. */
    void endServing(long number) {
        Served served = servers.remove(number);
        if (served != null) {
            served.inbox().removeSource();
        }
    }

    /** The names of what is served here. */
    Names names() {
        return names;
    }

    /** What a name stands for, or {@code null} if nobody has it. */
    @Nullable
    ServerName resolve(String destination) {
        ensureOpen();
        return rendezvous.resolve(destination);
    }

    /** Called by the leader every second. */
    private void keepNames() {
        synchronized (outbound) {
            PacketSocket old = closed.get() ? null : names.restore(this::listen);
            if (old != null) {
                try (old) {
                    acceptAll(old);
                }
            }
        }
    }

    private void listen(PacketSocket socket) {
        poller.add(socket.file(), listening, (_, _, _) -> accept());
    }

    /**
     * Connects to a server. Answers {@code null} if nobody is there.
     *
     * @throws UnresponsiveException if its process has not made room for one more connection in time
     */
    @Nullable
    Target connect(String address, long number, long nanos) throws InterruptedException {
        ensureOpen();
        if (address.equals(address())) {
            Inbox inbox = served(number);
            LocalTarget target = inbox == null ? null : open.get(inbox.subchannel());
            if (target != null) {
                target.join();
                connected(number);
            }
            return target;
        }
        Outbound there = patientOutbound(address, nanos);
        return there == null ? null : there.redeem(0, number, null);
    }

    /** The same as {@link #outbound}, tried again while there is no room: the kernel does not tell when there is. */
    private @Nullable Outbound patientOutbound(String address, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        for (;;) {
            try {
                return outbound(address);
            } catch (UnresponsiveException e) {
                if (System.nanoTime() - start >= nanos) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(CONNECT_PAUSE_MILLIS);
        }
    }

    Frame.Entry.Sender liveSender(long subchannel, long ticket) {
        return new Frame.Entry.Sender(true, subchannel, ticket, address());
    }

    Frame.Entry.Sender deadSender(long subchannel) {
        return new Frame.Entry.Sender(false, subchannel, 0, address());
    }

    /** Takes over a sender that has come with a message, and its descriptor. */
    SubSender<?> receive(Frame.Entry.Sender sender, @Nullable OpenFile writing) {
        return new SubSender<>(this, target(sender, writing), MessageType.of(Object.class));
    }

    private Target target(Frame.Entry.Sender sender, @Nullable OpenFile writing) {
        boolean taken = false;
        try {
            if (writing == null) {
                return gone(sender);
            }
            if (sender.address().equals(address())) {
                LocalTarget target = open.get(sender.subchannel());
                if (target != null) {
                    target.join();
                    tickets.redeem(sender.ticket());
                }
                return target == null ? gone(sender) : target;
            }
            Outbound there = outbound(sender.address());
            if (there == null) {
                return gone(sender);
            }
            taken = true;
            return there.redeem(sender.subchannel(), sender.ticket(), writing);
        } finally {
            if (!taken && writing != null) {
                writing.close();
            }
        }
    }

    private static Target gone(Frame.Entry.Sender sender) {
        Window window = new Window("The receiver");
        window.end("it was closed, or its process has ended, before this sender came here. Close it.");
        return new Target.Gone(sender, window);
    }

    /** The connection to a channel, made if there is none; {@code null} if nobody is there. The address was checked. */
    private @Nullable Outbound outbound(String address) {
        synchronized (outbound) {
            ensureOpen();
            Outbound known = outbound.get(address);
            if (known != null && !known.connection().hasEnded()) {
                return known;
            }
            PacketSocket socket = rendezvous.connect(address);
            if (socket == null) {
                return null;
            }
            Outbound made;
            try {
                made = new Outbound(this, address, socket, checkedPeer(socket), incoming);
                made.connection().open();
            } catch (RuntimeException | Error e) {
                socket.close();
                throw e;
            }
            outbound.put(address, made);
            return made;
        }
    }

    private static PacketSocket.Peer checkedPeer(PacketSocket socket) {
        PacketSocket.Peer peer = socket.peer();
        if (peer.user() != Platform.userId() && peer.user() != 0) {
            throw new PermissionException("process " + peer.process(), "it runs as user "
                    + Integer.toUnsignedString(peer.user()) + ". Channels are for processes of one user, and root's.");
        }
        return peer;
    }

    /** Takes the connections that wait. Called by the leader. */
    private void accept() {
        try {
            acceptAll(rendezvous.socket());
        } catch (Throwable e) {
            // Those who connect go on waiting; without a pause this would be tried all the time.
            acceptance.start();
            poller.change(rendezvous.socket().file(), listening, false, false);
            if (!(e instanceof IpcException failure)) {
                throw e;
            }
            report(failure);
        }
    }

    /** Those beyond a number wait for the next turn, so that those who say nothing keep nobody from the rest. */
    private void acceptAll(PacketSocket listening) {
        for (int i = 0; i < Greetings.MOST; i++) {
            PacketSocket socket = listening.accept();
            if (socket == null) {
                return;
            }
            accept(socket);
        }
    }

    private void accept(PacketSocket socket) {
        Inbound made = null;
        try {
            PacketSocket.Peer peer = checkedPeer(socket);
            made = new Inbound(this, socket, peer, incoming);
            inbound.add(made);
            made.connection().open();
            greetings.await(made.connection(), peer.process());
        } catch (IpcException e) {
            giveUp(socket, made);
            report(e);
        } catch (RuntimeException | Error e) {
            giveUp(socket, made);
            throw e;
        }
    }

    /** Closes a socket: by its connection, if it has one, which is not to be closed once more with this channel. */
    private static void giveUp(PacketSocket socket, @Nullable Inbound made) {
        if (made == null) {
            socket.close();
        } else {
            made.connection().end(null);
        }
    }

    /** Accepts again. Returns whether that has to be tried once more. */
    private boolean acceptAgain() {
        synchronized (outbound) {
            if (!closed.get()) {
                poller.change(rendezvous.socket().file(), listening, true, false);
            }
        }
        return false;
    }

    void ended(Outbound over, @Nullable IpcException failure) {
        synchronized (outbound) {
            outbound.remove(over.address(), over);
        }
        traffic.disconnected();
        report(failure);
    }

    void ended(Inbound over, @Nullable IpcException failure) {
        inbound.remove(over);
        traffic.disconnected();
        report(failure);
    }

    private void report(@Nullable IpcException failure) {
        if (failure != null) {
            try {
                options.listener().failed(failure);
            } catch (Throwable e) {
                failures.report("telling its listener", e);
            }
        }
    }

    /** A link that has come with a message, not accepted yet. */
    TransitReference<?> received(Frame.Entry.Link link, OpenFile file) {
        ResourceLinkFactory segments = options.segments();
        if (segments == null) {
            file.close();
            throw new IllegalStateException(
                    "A message carries a link to segment \"" + link.key() + "\", and this channel"
                            + " was built without a ResourceLinkFactory: use Channel.builder().segments(factory).");
        }
        return TransitReference.OF_FACTORY.inside(segments).received(link.key(), link.kind(), file);
    }

    /** Gives up a link that has come and is not wanted; the last one out removes the segment. */
    void discard(Frame.Entry.Link link, OpenFile file) {
        if (options.segments() == null) {
            file.close();
        } else {
            received(link, file).close();
        }
    }

    /**
     * Ends everything, whatever fails on the way. Never waits for a peer. A second call does nothing, unless the first one was
     * cut short because the heap had run out.
     */
    void close() {
        synchronized (outbound) {
            closed.set(true);
        }
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
        names.all().forEach(destination -> closing.run(() -> names.withdraw(destination)));
        closing.run(rendezvous::unlink);
        closing.run(this::stop);
        List<Connection> connections = new ArrayList<>();
        synchronized (outbound) {
            outbound.values().forEach(there -> connections.add(there.connection()));
        }
        inbound.forEach(there -> connections.add(there.connection()));
        for (LocalTarget target : open.values()) {
            closing.run(() -> target.window().end("its channel was closed."));
            closing.run(() -> closeSubchannel(target.inbox()));
        }
        connections.forEach(connection -> closing.run(() -> connection.end(null)));
        closing.run(tickets::close);
        closing.run(rendezvous::close);
        closing.run(incoming::close);
        closing.run(poller::free);
    }

    private void stop() {
        if (!poller.stop()) {
            failures.report("being closed",
                    new IllegalStateException("A ChannelListener has not returned for seconds."));
        }
    }
}
