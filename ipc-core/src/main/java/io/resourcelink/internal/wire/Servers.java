package io.resourcelink.internal.wire;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/** The receivers that wait for senders who know a number. Thread-safe. */
public final class Servers {

    private final Map<Long, Server> servers = new ConcurrentHashMap<>();

    private record Server(Inbox inbox, boolean once) {}

    /** Begins without a server. */
    Servers() {}

    /**
     * Has a receiver wait for senders. The wait is one of the inbox's sources.
     *
     * @param once whether the wait ends with the first sender
     * @return the number that senders must know
     */
    public long serve(Inbox inbox, boolean once) {
        long number = Tickets.draw();
        inbox.addSource();
        servers.put(number, new Server(inbox, once));
        return number;
    }

    /** {@return the inbox that a number stands for, {@code null} if there is no such server} */
    @Nullable
    Inbox inbox(long number) {
        Server server = servers.get(number);
        return server == null ? null : server.inbox();
    }

    /**
     * Says that a sender has connected, and is a source itself now.
     *
     * @return whether the server was still there: of several senders that connect to a one-shot server at the same time, only
     * one may
     */
    boolean connected(long number) {
        Server server = servers.get(number);
        return server != null && (!server.once() || tryEnd(number));
    }

    /** Ends the wait: no sender can connect by the number any more. Idempotent. */
    public void end(long number) {
        tryEnd(number);
    }

    /** The same. Returns whether this call has ended it. */
    private boolean tryEnd(long number) {
        Server server = servers.remove(number);
        if (server != null) {
            server.inbox().removeSource();
        }
        return server != null;
    }
}
