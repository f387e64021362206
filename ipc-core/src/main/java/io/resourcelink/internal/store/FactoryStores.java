package io.resourcelink.internal.store;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.Door;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Recurring;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;
import io.resourcelink.segment.RecyclingStatistics;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SpaceId;

/*
 * The gate counts every operation while it runs. Closing admits no more operations and waits until none runs. So no
 * operation meets a closed directory, and no descriptor number is used after it was closed. The watchers and the thread that
 * collects kept segments run operations of their own, so they are stopped first.
 *
 *   close    1. close the gate                  (from now on an operation fails; references can still be released)
 *            2. stop the watchers, and the thread that collects kept segments
 *            3. wait until no operation runs    at most CLOSING_NANOS
 *            4. close each store: release every reference, remove the names, close the directory
 *
 * An operation that takes longer than that hangs in the kernel, or a debugger has stopped its thread. Then close()
 * releases what it can while that operation still runs, and the operation does the rest of 4 when it leaves. Listeners are
 * never called within an operation, so a listener cannot be the reason.
 */

/**
 * The stores of one factory, one for each kind, and their life cycle. A store is opened when it is first needed.
 * Thread-safe.
 */
public final class FactoryStores {

    /** The longest time that a segment which is kept for later outlives its owner's death, or its own time. */
    private static final long UPKEEP_MILLIS = 100;

    /** The longest time that closing waits for operations. */
    private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The longest time that closing waits for a watcher, which may be calling a listener. */
    private static final long WATCHER_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** A shortage of heap ends after a short time, or never. */
    private static final int CLOSING_ATTEMPTS = 50;
    private static final long SHORTAGE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Leads from a factory to its stores. */
    public static final Door<FactoryStores> OF_FACTORY = new Door<>("io.resourcelink.ResourceLinkFactory");

    private final StoreSettings settings;
    private final StoreEvents events;
    private final Runnable givingBack;
    private final Gate gate = new Gate();
    private final OpenStores stores;
    private final Recurring upkeep;
    private final KeptSegments kept;
    private final KeptBudget budget;

    /**
     * Opens nothing yet.
     *
     * @param settings what the factory was built with
     * @param events receives what the stores do without a caller
     * @param givingBack releases references that could not be released before; run by the upkeep
     */
    public FactoryStores(StoreSettings settings, StoreEvents events, Runnable givingBack) {
        this.settings = settings;
        this.events = events;
        this.givingBack = givingBack;
        this.upkeep = new Recurring("ipc-upkeep", UPKEEP_MILLIS, settings.failures(), this::tidy);
        this.kept = new KeptSegments("ipc-kept " + settings.host().directory(settings.defaultKind()),
                settings.failures(), this::collectExpired);
        this.budget = new KeptBudget(settings.kept(), this::isThere);
        this.stores = new OpenStores(settings, this::isClosed, this::upkeep);
    }

    private Upkeep upkeep(ResourceKind kind) {
        return new Upkeep(settings.recycling(), settings.mappings(), upkeep::start, this::note, kept,
                settings.failures(), reaction(kind));
    }

    /** Notes an orphan that was collected. */
    private void note(Collected orphan) {
        events.note(orphan);
        budget.wake();
    }

    private Reaction reaction(ResourceKind kind) {
        return settings.watch()
                ? new OrphanWatch(kind, events, new Guarded(kind))
                : () -> new Guarded(kind).run(store -> {
                    store.ensureAlive();
                    return true;
                });
    }

    /** Runs the work of a watcher as operations on the store of a kind. */
    private final class Guarded implements OrphanWatch.Operations {

        private final ResourceKind kind;

        Guarded(ResourceKind kind) {
            this.kind = kind;
        }

        @Override
        public <T extends @Nullable Object> T run(Function<Maintained, T> operation) {
            return call(kind, store -> operation.apply((Maintained) store));
        }
    }

    /** Opens the store of the default kind. The last step of a factory's construction. */
    public void begin() {
        stores.get(settings.defaultKind());
    }

    /** Runs an operation on the store of a kind. Creates the store's directory if it is missing. */
    public <T extends @Nullable Object> T call(ResourceKind kind, Function<Store, T> operation) {
        Objects.requireNonNull(kind, "kind");
        return guarded(() -> onExisting(kind, operation));
    }

    /** Like {@link #call}, but does not create a missing directory. Then the result is {@code nothing}. */
    public <T extends @Nullable Object> T look(ResourceKind kind, T nothing, Function<Store, T> operation) {
        Objects.requireNonNull(kind, "kind");
        return guarded(() -> stores.isThere(kind) ? onExisting(kind, operation) : nothing);
    }

    /** Runs an operation on each store whose directory exists. */
    public void forEach(Consumer<Store> operation) {
        guarded(() -> {
            for (ResourceKind kind : ResourceKind.values()) {
                if (stores.existing(kind) != null) {
                    onExisting(kind, store -> {
                        operation.accept(store);
                        return true;
                    });
                }
            }
            return true;
        });
    }

    /** If the directory was removed meanwhile, this opens it again by its path and starts the operation again there. */
    private <T extends @Nullable Object> T onExisting(ResourceKind kind, Function<Store, T> operation) {
        Store store = stores.get(kind);
        try {
            return operation.apply(store);
        } catch (IpcException e) {
            if (!(store instanceof Maintained directory && directory.isRemoved())) {
                throw e;
            }
            return operation.apply(stores.reopened(kind, store, e));
        }
    }

    /** Runs an operation on something that already belongs to a store. It is not repeated in another store. */
    public <T extends @Nullable Object> T guarded(Supplier<T> operation) {
        settings.host().surfaceFaults();
        if (!gate.tryEnter()) {
            throw Store.closed();
        }
        try {
            return operation.get();
        } finally {
            left();
        }
    }

    /**
     * Runs an operation that releases something. After everything is closed it bypasses the gate: no directory is open.
     */
    public void evenIfClosed(Runnable operation) {
        settings.host().surfaceFaults();
        if (!gate.tryEnterLate()) {
            synchronized (gate) {
                // Wait while another thread closes the stores.
            }
            operation.run();
            return;
        }
        try {
            operation.run();
        } finally {
            left();
        }
    }

    private void left() {
        if (gate.leave()) {
            closeBelated();
        }
        events.operationEnded();
    }

    /** {@return the store of a kind, or {@code null} if it cannot be opened} Works even after the factory was closed. */
    public @Nullable Store available(ResourceKind kind) {
        return stores.available(kind);
    }

    /** {@return whether the directory of a kind was removed since this factory opened it} */
    boolean wasRemoved(ResourceKind kind) {
        return guarded(() -> stores.wasRemoved(kind));
    }

    /** {@return the path of the segments of a kind} */
    String directory(ResourceKind kind) {
        return settings.host().directory(kind).toString();
    }

    /** Frees the resources of a draft. */
    public void discard(Draft draft) {
        try {
            evenIfClosed(draft::discard);
        } finally {
            draft.release();
        }
    }

    /** Requests that the upkeep runs soon. Allocates nothing and never throws. */
    void requestUpkeep() {
        upkeep.start();
    }

    /** {@return what bounds the kept segments of this factory} */
    public KeptBudget budget() {
        return budget;
    }

    private boolean isThere(ResourceKind kind, String key, long nonce) {
        ResourceLinkInfo info = look(kind, null, store -> store.info(key));
        return info != null && info.nonce() == nonce;
    }

    /** Removes a name, and wakes those who wait for its room. */
    public boolean remove(ResourceKind kind, Predicate<Store> removal) {
        boolean removed = look(kind, false, removal::test);
        budget.wake();
        return removed;
    }

    /** Announces a wait for a key. */
    public Waiters.Waiter waitFor(ResourceKind kind, String key) {
        return call(kind, store -> store.waitFor(key));
    }

    /** Releases what was kept long enough, in all stores. Returns whether there is more. */
    private boolean tidy() {
        if (!gate.isOpen()) {
            return false;
        }
        givingBack.run();
        boolean[] more = new boolean[1];
        evenIfClosed(() -> {
            for (Store store : stores.all()) {
                more[0] |= gate.isOpen() && store instanceof Maintained directory && directory.tidy();
            }
        });
        return more[0];
    }

    /**
     * Checks a kept segment whose time should be over. If that fails, the next sweep handles and reports the segment.
     */
    private void collectExpired(ResourceKind kind, String key, long nonce) {
        try {
            look(kind, false, store -> {
                if (store.collectExpired(key, nonce) instanceof Verdict.Removed(Reason reason, long bytes)) {
                    note(new Collected(key, kind, reason, bytes));
                }
                return true;
            });
        } catch (IpcException | IllegalStateException _) {
            // For instance, the factory is being closed.
        }
    }

    /** {@return what identifies the place of a kind, or {@code null} if its directory does not exist} */
    public @Nullable SpaceId space(ResourceKind kind) {
        return look(kind, null, store -> store.space(settings.hostId()));
    }

    /** {@return what is kept of the memory of published segments} */
    public RecyclingStatistics recycling() {
        return look(ResourceKind.SHARED_MEMORY, RecyclingStatistics.NONE, store -> store instanceof Maintained directory
                ? directory.recyclingStatistics()
                : RecyclingStatistics.NONE);
    }

    /** {@return whether the kernel reports events to all open stores} */
    public boolean isWatching() {
        return stores.isWatching();
    }

    /** {@return whether the factory was closed} */
    public boolean isClosed() {
        return !gate.isOpen();
    }

    /** Releases every reference, and closes the stores. If there is no heap for that, it waits a short time for some. */
    public void close() {
        gate.close();
        for (int attempt = 1;; attempt++) {
            try {
                close(Store::close);
                return;
            } catch (OutOfMemoryError e) {
                if (attempt == CLOSING_ATTEMPTS) {
                    throw e;
                }
                LockSupport.parkNanos(this, SHORTAGE_NANOS);
            }
        }
    }

    /** Leaves everything as a crash of the process would, and closes the stores. For tests. */
    public void abandon() {
        gate.close();
        close(Store::abandon);
    }

    private void close(Consumer<Store> way) {
        Closing closing = new Closing();
        closing.run(() -> kept.close(WATCHER_NANOS));
        for (Store store : stores.all()) {
            closing.run(() -> store.stopWatching(WATCHER_NANOS));
        }
        if (gate.end(CLOSING_NANOS)) {
            closeStores(way, closing);
        } else {
            stores.all().forEach(store -> closing.run(store::releaseAll));
            settings.failures().report("closing", new TimeoutException(gate.inside()
                    + " operations still run; the last of them closes the directories"));
        }
        closing.end();
    }

    /** No operation runs. Meanwhile a call of {@link #evenIfClosed} waits for the gate's monitor. */
    private void closeStores(Consumer<Store> way, Closing closing) {
        synchronized (gate) {
            for (Store store : stores.all()) {
                closing.run(() -> way.accept(store));
                // A store that could not even begin to close is tried again. Nothing may reach any other.
                if (!(store instanceof Maintained directory) || directory.isClosed()) {
                    stores.remove(store);
                }
            }
        }
    }

    /** Run by the operation that {@link #close} no longer waits for. */
    private void closeBelated() {
        try {
            Closing closing = new Closing();
            if (gate.end(0)) {
                closeStores(Store::close, closing);
            }
            closing.end();
        } catch (Throwable e) {
            settings.failures().report("closing", e);
        }
    }
}
