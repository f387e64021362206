package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.NameWatch;

/**
 * Has the leader woken when the channel's socket may have lost its name. Where the kernel refuses that, for example because a limit
 * of the user's is reached, the channel has to look by itself. Used by one thread at a time: the leader, or the one that opens or
 * closes the channel.
 */
final class OwnName implements AutoCloseable {

    private final Rendezvous rendezvous;
    private final Watchlist watchlist;
    private @Nullable NameWatch watch;
    private long key;

    /** Begins without a watch. */
    OwnName(Rendezvous rendezvous, Watchlist watchlist) {
        this.rendezvous = rendezvous;
        this.watchlist = watchlist;
    }

    /**
     * Watches the socket that the channel has now, if the kernel can. An event has to cause nothing but a turn of the leader: the
     * upkeep follows.
     */
    void watch() {
        try {
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
            key = freshKey;
        } catch (IpcException _) {
            // The channel looks every second instead.
        }
    }

    /** {@return whether the leader is woken} */
    boolean isWatched() {
        return watch != null;
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
