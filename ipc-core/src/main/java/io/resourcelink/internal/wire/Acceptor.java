package io.resourcelink.internal.wire;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Recurring;

/** Accepts the connections that other channels make. Thread-safe. */
final class Acceptor {

    private static final long PAUSE_MILLIS = 100;

    private final Rendezvous rendezvous;
    private final Lifetime lifetime;
    private final Watchlist watchlist;
    private final ConnectionReports reports;
    private final Function<PacketSocket, Inbound> maker;
    private final long key;
    private final Greetings greetings = new Greetings();
    private final Recurring retry;
    private final Set<Inbound> inbound = ConcurrentHashMap.newKeySet();

    /**
     * Begins without a connection.
     *
     * @param failures told of what goes wrong on the threads of this class
     * @param maker makes a connection of a socket
     */
    Acceptor(Rendezvous rendezvous, Lifetime lifetime, Watchlist watchlist, ConnectionReports reports,
            Failures failures,
            Function<PacketSocket, Inbound> maker) {
        this.rendezvous = rendezvous;
        this.lifetime = lifetime;
        this.watchlist = watchlist;
        this.reports = reports;
        this.maker = maker;
        this.key = watchlist.newKey();
        this.retry = new Recurring("ipc-accept", PAUSE_MILLIS, failures, this::acceptAgain);
    }

    /** Begins to listen to a socket. */
    void listen(PacketSocket socket) {
        watchlist.add(socket.file(), key, (_, _, _) -> accept());
    }

    /** Accepts the connections that wait. Called by the leader. */
    private void accept() {
        try {
            acceptAll(rendezvous.socket());
        } catch (Throwable e) {
            // The processes that connect go on waiting. Without a pause this would be tried all the time.
            retry.start();
            watchlist.change(rendezvous.socket().file(), key, false, false);
            if (!(e instanceof IpcException failure)) {
                throw e;
            }
            reports.failed(failure);
        }
    }

    /** Listens again after the pause. Returns that there is nothing more to do. */
    private boolean acceptAgain() {
        lifetime.whileOpen(() -> {
            PacketSocket socket = rendezvous.socket();
            watchlist.change(socket.file(), key, true, false);
            return socket;
        });
        return false;
    }

    /** Accepts the connections that wait, up to a number, so that silent ones do not keep the leader from its other work. */
    void acceptAll(PacketSocket listening) {
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
            made = maker.apply(socket);
            inbound.add(made);
            made.connection().open();
            greetings.await(made.connection());
        } catch (IpcException e) {
            giveUp(socket, made);
            reports.failed(e);
        } catch (Throwable e) {
            Inbound half = made;
            Closing.undo(e, () -> giveUp(socket, half));
            throw e;
        }
    }

    /** Closes a socket. If there is a connection, the connection closes it, so that it is not closed twice. */
    private static void giveUp(PacketSocket socket, @Nullable Inbound made) {
        if (made == null) {
            socket.close();
        } else {
            made.connection().end(null);
        }
    }

    /** Forgets a connection that has ended, because of a failure if there is one. */
    void ended(Inbound over, @Nullable IpcException failure) {
        inbound.remove(over);
        reports.ended(failure);
    }

    /** {@return how many connections there are} */
    int size() {
        return inbound.size();
    }

    /** {@return the connections} */
    List<Connection> connections() {
        return inbound.stream().map(Inbound::connection).toList();
    }

    /**
     * Tells the credit that is due on all connections, and ends those that have not greeted in time, and those that could not be ended
     * before.
     *
     * @return whether there is more to do later
     */
    boolean lookAfter() {
        Closing closing = new Closing();
        boolean awaited = closing.ask(greetings::expire);
        closing.run(() -> Closing.each(List.copyOf(inbound), Inbound::lookAfter));
        closing.end();
        return awaited || inbound.stream().anyMatch(each -> each.connection().isGivenUp());
    }
}
