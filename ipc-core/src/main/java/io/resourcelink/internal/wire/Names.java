package io.resourcelink.internal.wire;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.AddressInUseException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.OsException;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;

/*
 * The directory of channels can be removed while channels use it. systemd removes what a user has in /dev/shm when the user's
 * last session ends (RemoveIPC). Connections go on, but no process finds the channel any more. So the channel looks whether its
 * socket still has its name, when the kernel says that something was done to it (OwnName). If not, it opens the directory again by its path, with the same checks as at first,
 * listens there under the same address, and gives its destinations their names again. If another process has taken a name
 * meanwhile, the channel tries again every second.
 *
 * A server may be closed while its name is being restored. Closing takes it out of `published` first and removes the name
 * afterwards; restoring makes the name first and looks into `published` afterwards. So one of the two removes it.
 */

/** The names by which others find a channel: the name of its socket, and of the destinations that it serves. Thread-safe. */
public final class Names {

    private final Rendezvous rendezvous;
    private final Failures failures;
    private final Map<String, String> published = new ConcurrentHashMap<>();
    private final Map<String, String> unremoved = new ConcurrentHashMap<>();
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private final Runnable unfinished;
    private final OwnEntries entries;
    private boolean troubled;

    /**
     * Begins without a name.
     *
     * @param unfinished told that a name could not be removed, so that {@link #restore} has something to do
     */
    Names(Rendezvous rendezvous, Failures failures, Runnable unfinished) {
        this.rendezvous = rendezvous;
        this.failures = failures;
        this.unfinished = unfinished;
        this.entries = new OwnEntries(rendezvous, unfinished);
    }

    /**
     * Gives a server a name.
     *
     * @param destination the name
     * @param number the number that stands for the server in this channel
     * @return the name
     * @throws AddressInUseException if a living process serves the destination
     * @throws io.resourcelink.error.DestinationKindException if living processes serve it in another way
     */
    public ServedName publish(String destination, long number) {
        String server = ServerName.text(rendezvous.address(), number);
        rendezvous.publish(destination, server, () -> published.put(destination, server));
        return new Name(destination);
    }

    /**
     * Makes a server one of several under a name; see {@link OwnEntries#publish}.
     *
     * @param number the number that stands for the server in this channel
     * @return the entry
     */
    public ServedName publish(String destination, Kind kind, boolean dropping, long number) {
        return entries.publish(destination, kind, dropping, number);
    }

    /** The name of a destination that only one process serves. */
    private final class Name implements ServedName {

        private final String destination;
        private boolean withdrawn;

        Name(String destination) {
            this.destination = destination;
        }

        /** Once: afterwards the name may be another server's, also in this channel. */
        @Override
        public synchronized void withdraw() {
            if (!withdrawn) {
                withdrawn = true;
                Names.this.withdraw(destination);
            }
        }

        @Override
        public boolean isReachable() {
            return Names.this.isReachable(destination);
        }
    }

    boolean isReachable(String destination) {
        return published.containsKey(destination) && !lost.contains(destination);
    }

    void withdraw(String destination) {
        String server = published.remove(destination);
        lost.remove(destination);
        if (server != null) {
            try {
                rendezvous.withdraw(destination, server);
            } catch (Throwable e) {
                unremoved.put(destination, server);
                unfinished.run();
                throw e;
            }
        }
    }

    /** Removes all names. */
    void withdrawAll(Closing closing) {
        unremoved.forEach((destination, server) -> closing.run(() -> rendezvous.withdraw(destination, server)));
        published.keySet().forEach(destination -> closing.run(() -> withdraw(destination)));
        entries.withdrawAll(closing);
    }

    /**
     * Restores the names that were lost. Called by one thread at a time.
     *
     * @param listen begins to listen to a new socket
     * @return the old socket, for the caller to close; {@code null} if it is still the one in use
     */
    @Nullable
    PacketSocket restore(Consumer<PacketSocket> listen) {
        PacketSocket old = null;
        try {
            old = rendezvous.isThere() ? null : rejoin(listen);
            boolean found = lost.removeIf(this::isPublishedAgain);
            unremoved.entrySet().removeIf(this::isWithdrawn);
            entries.restore();
            if (found || old != null) {
                troubled = false;
            }
        } catch (IpcException e) {
            // The old socket is the caller's all the same. What was not restored is tried again.
            report(e);
        }
        return old;
    }

    /** {@return whether nothing is left for {@link #restore} to do} */
    boolean isSettled() {
        return lost.isEmpty() && unremoved.isEmpty() && entries.isSettled() && rendezvous.isThere();
    }

    private @Nullable PacketSocket rejoin(Consumer<PacketSocket> listen) {
        lost.addAll(published.keySet());
        entries.lose();
        PacketSocket old = rendezvous.restore(listen);
        if (old != null) {
            failures.report("keeping its name", new OsException("statx", Errno.ENOENT, "ENOENT", rendezvous.address(),
                    "the directory of channels was emptied or removed while it was in use. The channel has opened it"
                            + " again. For a user who logs in, RemoveIPC=yes in /etc/systemd/logind.conf removes what is"
                            + " in /dev/shm with the last session."));
        }
        return old;
    }

    private boolean isPublishedAgain(String destination) {
        String server = published.get(destination);
        try {
            if (server == null || !rendezvous.tryPublish(destination, server, () -> {})) {
                return server == null;
            }
            if (!server.equals(published.get(destination))) {
                rendezvous.withdraw(destination, server);
            }
            return true;
        } catch (AddressInUseException e) {
            report(e);
            return false;
        }
    }

    private boolean isWithdrawn(Map.Entry<String, String> name) {
        rendezvous.withdraw(name.getKey(), name.getValue());
        return true;
    }

    /** Reports a trouble once, though it is met every second. */
    private void report(IpcException trouble) {
        if (!troubled) {
            troubled = true;
            failures.report("restoring its name", trouble);
        }
    }
}
