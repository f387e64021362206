package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.NameWatch;
import io.resourcelink.internal.os.PacketSocket;

/**
 * Has the leader woken when the channel's socket may have lost its name. Where the kernel refuses that, for example because a limit
 * of the user's is reached, the channel has to look by itself. Used by one thread at a time: the leader, or the one that opens or
 * closes the channel.
 */
final class OwnName implements AutoCloseable {

    private final Rendezvous rendezvous;
    private final Watchlist watchlist;
    private @Nullable NameWatch watch;
    private @Nullable PacketSocket watched;
    private long key;

    /** Begins without a watch. */
    OwnName(Rendezvous rendezvous, Watchlist watchlist) {
        this.rendezvous = rendezvous;
        this.watchlist = watchlist;
    }

    /**
     * Watches the socket that the channel has now, unless it does already. An event has to cause nothing but a turn of the leader: the
     * upkeep follows.
     *
     * @return whether the leader is woken; {@code false} if the kernel refuses
     */
    boolean keepWatched() {
        if (!isWatched()) {
            close();
            watch();
        }
        return isWatched();
    }

    private void watch() {
        try {
            PacketSocket socket = rendezvous.socket();
            NameWatch fresh = rendezvous.watch();
            long freshKey = watchlist.newKey();
            boolean added = false;
            try {
                watchlist.add(fresh.file(), freshKey, (_, _, _) -> fresh.clear());
                added = true;
            } finally {
                if (!added) {
                    fresh.close();
                }
            }
            watch = fresh;
            watched = socket;
            key = freshKey;
        } catch (IpcException _) {
            // The channel looks every second instead.
        }
    }

    /** {@return whether the leader is woken when something is done to the name of the socket that the channel has now} */
    boolean isWatched() {
        return watch != null && rendezvous.socket().equals(watched);
    }

    @Override
    public void close() {
        NameWatch old = watch;
        if (old != null) {
            watch = null;
            try (old) {
                watchlist.remove(old.file(), key);
            }
        }
    }
}
