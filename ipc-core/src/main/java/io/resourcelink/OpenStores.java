package io.resourcelink;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.AccessDeniedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.OsException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Recurring;

/**
 * The open stores of a factory: one for each kind, opened when it is first needed, and those whose directories were removed
 * since. Thread-safe.
 */
final class OpenStores {

    private final SegmentStores owner;
    private final Configuration configuration;
    private final Recurring upkeep;
    private final KeptSegments kept;
    private final Map<ResourceKind, Store> stores = new EnumMap<>(ResourceKind.class);

    /** Stores whose directories were removed: what is held there stays. */
    private final List<Store> retired = new ArrayList<>();

    OpenStores(SegmentStores owner, Configuration configuration, Recurring upkeep, KeptSegments kept) {
        this.owner = owner;
        this.configuration = configuration;
        this.upkeep = upkeep;
        this.kept = kept;
    }

    /** The store of a kind, whose directory is made if it is missing. */
    synchronized Store get(ResourceKind kind) {
        if (owner.isClosed()) {
            throw SegmentStores.closed();
        }
        Store present = stores.get(kind);
        if (present != null) {
            return present;
        }
        Store opened = configuration.host().open(kind, configuration.upkeep(upkeep::start, kept));
        try {
            if (configuration.watch()) {
                opened.watch(new OrphanWatch(owner, configuration, kind));
            }
            stores.put(kind, opened);
        } catch (Throwable e) {
            discard(opened, e);
            throw e;
        }
        return opened;
    }

    /** The store of a kind, if there is one to look at. What others put in a default place is none of ours. */
    @Nullable
    Store existing(ResourceKind kind) {
        try {
            return isThere(kind) ? get(kind) : null;
        } catch (AccessDeniedException | OsException e) {
            if (configuration.isNamed(kind)) {
                throw e;
            }
            return null;
        }
    }

    /** The store in place of one whose directory was removed. Links that are held stay with the old one. */
    Store reopened(ResourceKind kind, Store removed, IpcException cause) {
        Store present;
        synchronized (this) {
            if (!removed.equals(stores.get(kind))) {
                return get(kind);
            }
            retired.add(removed);
            stores.remove(kind);
            try {
                present = get(kind);
            } catch (Throwable e) {
                retired.remove(removed);
                stores.put(kind, removed);
                throw e;
            }
        }
        removed.stopWatching(0);
        configuration.failures().report("using its directory, which was opened again", cause);
        return present;
    }

    /** The store of a kind unless it is closed or cannot be opened. */
    synchronized @Nullable Store available(ResourceKind kind) {
        try {
            return owner.isClosed() ? stores.get(kind) : existing(kind);
        } catch (IpcException _) {
            return null;
        }
    }

    /** Whether there is anything to look at. */
    boolean isThere(ResourceKind kind) {
        synchronized (this) {
            if (stores.containsKey(kind)) {
                return true;
            }
        }
        return configuration.host().exists(kind);
    }

    synchronized List<Store> all() {
        List<Store> all = new ArrayList<>(stores.values());
        all.addAll(retired);
        return all;
    }

    synchronized void remove(Store closed) {
        stores.values().remove(closed);
        retired.remove(closed);
    }

    /** Whether the kernel tells all of them of what happens. */
    synchronized boolean isWatching() {
        boolean all = !stores.isEmpty();
        for (Store store : stores.values()) {
            all &= store.isWatching();
        }
        return all;
    }

    private static void discard(Store half, Throwable cause) {
        Closing closing = new Closing(cause);
        closing.run(() -> {
            try (CallFrame frame = new CallFrame()) {
                half.close(frame);
            }
        });
    }
}
