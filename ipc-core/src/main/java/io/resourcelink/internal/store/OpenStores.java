package io.resourcelink.internal.store;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.segment.ResourceKind;

/**
 * The open stores of a factory. There is one for each kind, opened when it is first needed. Stores whose directories
 * were removed since then are here as well. Thread-safe.
 */
final class OpenStores {

    private final StoreSettings settings;
    private final BooleanSupplier closed;
    private final Function<ResourceKind, Upkeep> upkeep;
    private final Map<ResourceKind, Store> stores = new EnumMap<>(ResourceKind.class);

    /** The kinds whose directories were removed, and opened again. */
    private final Set<ResourceKind> replaced = EnumSet.noneOf(ResourceKind.class);

    /** Stores whose directories were removed. What is held there stays. */
    private final List<Store> retired = new ArrayList<>();

    /**
     * Opens nothing yet.
     *
     * @param settings what the factory was built with
     * @param closed whether the factory was closed
     * @param upkeep what the store of a kind may keep, and what receives its events
     */
    OpenStores(StoreSettings settings, BooleanSupplier closed, Function<ResourceKind, Upkeep> upkeep) {
        this.settings = settings;
        this.closed = closed;
        this.upkeep = upkeep;
    }

    /** Returns the store of a kind. Creates its directory if it is missing. */
    synchronized Store get(ResourceKind kind) {
        if (closed.getAsBoolean()) {
            throw Store.closed();
        }
        Store present = stores.get(kind);
        if (present != null) {
            return present;
        }
        Store opened = settings.host().open(kind, upkeep.apply(kind));
        try {
            if (settings.watch() && opened instanceof Maintained directory) {
                directory.watch();
            }
            stores.put(kind, opened);
        } catch (Throwable e) {
            discard(opened, e);
            throw e;
        }
        return opened;
    }

    /**
     * Returns the store of a kind, if its place exists. What other applications put in a default place does not concern
     * this factory.
     */
    @Nullable
    Store existing(ResourceKind kind) {
        try {
            return isThere(kind) ? get(kind) : null;
        } catch (PermissionException | OsException e) {
            if (settings.isNamed(kind)) {
                throw e;
            }
            return null;
        }
    }

    /** Returns the store that replaces one whose directory was removed. Links that are held stay with the old one. */
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
                replaced.add(kind);
            } catch (Throwable e) {
                retired.remove(removed);
                stores.put(kind, removed);
                throw e;
            }
        }
        removed.stopWatching(0);
        settings.failures().report("using its directory, which was opened again", cause);
        return present;
    }

    /** Returns whether the directory of a kind has not been the same one since its store was first opened. */
    boolean wasRemoved(ResourceKind kind) {
        Store present;
        synchronized (this) {
            if (replaced.contains(kind)) {
                return true;
            }
            present = stores.get(kind);
        }
        return present instanceof Maintained directory && directory.isRemoved();
    }

    /** Returns the store of a kind, or {@code null} if it is closed or cannot be opened. */
    synchronized @Nullable Store available(ResourceKind kind) {
        try {
            return closed.getAsBoolean() ? stores.get(kind) : existing(kind);
        } catch (IpcException _) {
            return null;
        }
    }

    /** Returns whether the place of a kind exists. */
    boolean isThere(ResourceKind kind) {
        synchronized (this) {
            if (stores.containsKey(kind)) {
                return true;
            }
        }
        return settings.host().exists(kind);
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

    /** Returns whether the kernel reports events to all of them. */
    synchronized boolean isWatching() {
        boolean all = !stores.isEmpty();
        for (Store store : stores.values()) {
            all &= store.isWatching();
        }
        return all;
    }

    private static void discard(Store half, Throwable cause) {
        new Closing(cause).run(half::close);
    }
}
