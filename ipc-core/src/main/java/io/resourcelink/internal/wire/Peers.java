package io.resourcelink.internal.wire;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.work.Closing;

/** The channels that this channel sends to, with one connection each. Thread-safe. */
final class Peers implements Outbound.Listener {

    private static final long PAUSE_MILLIS = 2;

    private final Rendezvous rendezvous;
    private final Lifetime lifetime;
    private final ConnectionResources resources;
    private final Supplier<RemoteContent.Opener> opener;
    private final ConnectionReports reports;
    /** Those that may still be used, by address. */
    private final Map<String, Outbound> outbound = new ConcurrentHashMap<>();
    /** All that have not ended, or not wholly. */
    private final Set<Outbound> all = ConcurrentHashMap.newKeySet();

    /**
     * Begins without a connection.
     *
     * @param opener makes what opens the replies' attachments; asked when a connection is made
     */
    Peers(Rendezvous rendezvous, Lifetime lifetime, ConnectionResources resources,
            Supplier<RemoteContent.Opener> opener,
            ConnectionReports reports) {
        this.rendezvous = rendezvous;
        this.lifetime = lifetime;
        this.resources = resources;
        this.opener = opener;
        this.reports = reports;
    }

    /**
     * Connects to a channel, unless there is a connection.
     *
     * @param address the channel's address, in the right form
     * @return the connection, {@code null} if there is no such channel
     * @throws UnresponsiveException if its process has no room for one more connection at the moment
     * @throws IllegalStateException if this channel is closed
     */
    @Nullable
    Outbound connect(String address) {
        Outbound known = living(address);
        if (known != null) {
            lifetime.ensureOpen();
            return known;
        }
        return lifetime.make(() -> connectUnlessKnown(address));
    }

    /** {@return whether there is a connection to a channel, as far as this channel knows} */
    boolean isConnected(String address) {
        return living(address) != null;
    }

    private @Nullable Outbound connectUnlessKnown(String address) {
        Outbound known = living(address);
        return known == null ? connectAnew(address) : known;
    }

    private @Nullable Outbound living(String address) {
        Outbound known = outbound.get(address);
        return known == null || known.connection().isGivenUp() ? null : known;
    }

    private @Nullable Outbound connectAnew(String address) {
        PacketSocket socket = rendezvous.connect(address);
        if (socket == null) {
            return null;
        }
        Outbound made = null;
        try {
            made = new Outbound(resources, socket, address, opener.get(), this);
            all.add(made);
            made.connection().open();
        } catch (Throwable e) {
            // A connection closes its socket itself: the leader may be at it.
            Outbound half = made;
            Closing.undo(e, half == null ? socket : () -> half.connection().end(null));
            throw e;
        }
        outbound.put(address, made);
        if (made.connection().hasEnded()) {
            // It may have ended before it was put there.
            outbound.remove(address, made);
        }
        return made;
    }

    /** The same as {@link #connect}, tried again while there is no room: the kernel does not tell when there is. */
    @Nullable
    Outbound connect(String address, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        for (;;) {
            try {
                return connect(address);
            } catch (UnresponsiveException e) {
                if (System.nanoTime() - start >= nanos) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    @Override
    public void unhandled(UnhandledMessages messages) {
        reports.unhandled(messages);
    }

    @Override
    public void ended(Outbound over, @Nullable IpcException failure) {
        outbound.remove(over.address(), over);
        all.remove(over);
        reports.ended(failure);
    }

    /** {@return how many connections there are} */
    int size() {
        return all.size();
    }

    /** {@return the connections} */
    List<Connection> connections() {
        return all.stream().map(Outbound::connection).toList();
    }

    /** Sends what waits in this process. Called before the leader is stopped. */
    void flushAtLast(WaitLimit limit) {
        Closing.each(List.copyOf(all), connection -> connection.flushAtLast(limit));
    }

    /** Ends connections that could not be ended before. Returns whether there is more to do later. */
    boolean lookAfter() {
        Closing.each(connections(), Connection::endAgain);
        return all.stream().anyMatch(each -> each.connection().isGivenUp());
    }
}
