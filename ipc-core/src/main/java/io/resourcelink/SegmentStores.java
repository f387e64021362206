package io.resourcelink;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.OrphanReport.Collected;
import io.resourcelink.OrphanReport.Reason;
import io.resourcelink.ResourceLinkListener.Operation;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Recurring;

/*
 * Every operation is counted by the gate while it is in. Closing lets no more in and waits until none is: no operation meets
 * a closed directory, and no descriptor number is used after it was closed. The watchers and the thread that
 * collects kept segments run operations of their own, so they are stopped first.
 *
 *   close    1. let nobody in                    (from here on an operation fails; what is held can be released still)
 *            2. stop the watchers, and the thread that collects kept segments
 *            3. wait until nobody is in          at most CLOSING_NANOS
 *            4. close each store: give back every reference, remove the names, close the directory
 *
 * An operation that takes longer than that hangs in the kernel, or is a thread that the debugger has stopped. Then what can be
 * given back beside it is given back, and the rest of 4 is done by that operation when it leaves. Listeners are never called
 * within an operation, so none of them can be the reason.
 *
 * Nothing is lost if the heap runs out. What takes a reference has allocated before what gives it back (LinkHandle).
 * What could not be given back waits in a list that needs no heap, and is tried again by the upkeep.
 */

/** The stores of a factory, one for each kind, opened when they are first needed, and their life cycle. Thread-safe. */
final class SegmentStores {

    /** How long at most a segment that is kept for later outlives its owner's death, or its time. */
    private static final long UPKEEP_MILLIS = 100;

    /** How long closing waits for operations. */
    private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How long closing waits for a watcher, which may be calling a listener. */
    private static final long WATCHER_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** A shortage of heap is over a little later, or never. */
    private static final int CLOSING_ATTEMPTS = 50;
    private static final long SHORTAGE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Configuration configuration;
    private final Gate gate = new Gate();
    private final OpenStores stores;
    private final Recurring upkeep;
    private final KeptSegments kept;

    /** The first of those whose references are to be given back. Guarded by the monitor of the stores. */
    private @Nullable LinkHandle toGiveBack;

    SegmentStores(Configuration configuration) {
        this.configuration = configuration;
        this.upkeep = new Recurring("ipc-upkeep", UPKEEP_MILLIS, configuration.failures(), this::tidy);
        this.kept = new KeptSegments("ipc-kept " + configuration.host().directory(configuration.defaultKind()),
                configuration.failures(), this::collectExpired);
        this.stores = new OpenStores(this, configuration, upkeep, kept);
    }

    /** Opens the store of the default kind. The last step of a factory's construction. */
    void begin() {
        stores.get(configuration.defaultKind());
    }

    /** Runs an operation on the store of a kind, which makes the directory if it is missing. */
    <T extends @Nullable Object> T call(ResourceKind kind, BiFunction<Store, CallFrame, T> operation) {
        Objects.requireNonNull(kind, "kind");
        return guarded(frame -> onExisting(kind, frame, operation));
    }

    /** The same for what belongs to a store already and cannot be done in another one, if its directory was removed. */
    <T extends @Nullable Object> T callOnce(Function<CallFrame, T> operation) {
        return guarded(operation);
    }

    /** Like {@link #call}, but does not make a directory that is missing: there is nothing to see in it. */
    <T extends @Nullable Object> T look(ResourceKind kind, T nothing, BiFunction<Store, CallFrame, T> operation) {
        Objects.requireNonNull(kind, "kind");
        return guarded(frame -> stores.isThere(kind)
                ? onExisting(kind, frame, operation)
                : nothing);
    }

    void forEach(BiConsumer<Store, CallFrame> operation) {
        guarded(frame -> {
            for (ResourceKind kind : ResourceKind.values()) {
                if (stores.existing(kind) != null) {
                    onExisting(kind, frame, (store, same) -> {
                        operation.accept(store, same);
                        return true;
                    });
                }
            }
            return true;
        });
    }

    /** If the directory was removed meanwhile, it is opened again by its path, and the operation starts again there. */
    private <T extends @Nullable Object> T onExisting(ResourceKind kind, CallFrame frame,
            BiFunction<Store, CallFrame, T> operation) {
        Store store = stores.get(kind);
        try {
            return operation.apply(store, frame);
        } catch (IpcException e) {
            if (!store.isRemoved(frame)) {
                throw e;
            }
            return operation.apply(stores.reopened(kind, store, e), frame);
        }
    }

    private <T extends @Nullable Object> T guarded(Function<CallFrame, T> operation) {
        configuration.host().surfaceFaults();
        if (!gate.tryEnter()) {
            throw closed();
        }
        try (CallFrame frame = new CallFrame()) {
            return operation.apply(frame);
        } finally {
            left();
        }
    }

    /** For what gives something back. Once everything is closed it is run beside the gate: no directory is open then. */
    private <T extends @Nullable Object> T evenIfClosed(Function<CallFrame, T> operation) {
        configuration.host().surfaceFaults();
        if (!gate.tryEnterLate()) {
            synchronized (gate) {
                // The stores are being closed until here.
            }
            try (CallFrame frame = new CallFrame()) {
                return operation.apply(frame);
            }
        }
        try (CallFrame frame = new CallFrame()) {
            return operation.apply(frame);
        } finally {
            left();
        }
    }

    private void left() {
        if (gate.leave()) {
            closeBelated();
        }
        configuration.listeners().tellNoted();
    }

    static IllegalStateException closed() {
        return new IllegalStateException("This ResourceLinkFactory is closed.");
    }

    /** Makes a link of a reference. Everything that it needs to be given back is there before it is taken. */
    ResourceLink link(Supplier<HeldSegment> taking) {
        LinkHandle handle = newHandle();
        return link(taking.get(), handle);
    }

    /** What a link needs to give its reference back, to be made before the reference is taken. */
    LinkHandle newHandle() {
        return new LinkHandle(this, leakTrace());
    }

    /** The same for a reference that may not be there. */
    @Nullable
    ResourceLink linkIfAny(Supplier<@Nullable HeldSegment> taking) {
        LinkHandle handle = newHandle();
        HeldSegment taken = taking.get();
        return taken == null ? null : link(taken, handle);
    }

    /** Makes a link of a reference that was taken. */
    ResourceLink link(HeldSegment taken, LinkHandle handle) {
        handle.holds(taken);
        try {
            return new ResourceLink(this, taken, handle);
        } catch (Throwable e) {
            giveBackLater(handle);
            throw e;
        }
    }

    ResourceLink retain(HeldSegment segment) {
        return configuration.listeners().taking(Operation.ACQUIRE, segment.key(), () -> {
            ResourceLink retained = linkIfAny(() -> guarded(segment::tryJoin) ? segment : null);
            if (retained == null) {
                throw new IllegalStateException("The link to segment \"" + segment.key() + "\" is closed.");
            }
            return retained;
        });
    }

    OpenFile transit(HeldSegment segment) {
        return guarded(segment::openForTransit);
    }

    ResourceLink accept(ResourceKind kind, String key, OpenFile received) {
        SegmentKey.checked(key);
        ResourceLink accepted = linkIfAny(() -> look(kind, null, (store, frame) -> store.accept(frame, key, received)));
        if (accepted == null) {
            throw new InvalidSegmentException(key, "a received file", "one of "
                    + configuration.host().directory(kind) + ", which does not exist");
        }
        return accepted;
    }

    /** Closes a descriptor, and looks after its segment if that can be done. */
    void drop(ResourceKind kind, String key, OpenFile transit) {
        evenIfClosed(frame -> {
            Store store = stores.available(kind);
            if (store == null) {
                transit.close();
            } else {
                store.drop(frame, key, transit);
            }
            return true;
        });
    }

    /** Looks after a segment that others may have left to who held it last. */
    void lookAfter(ResourceKind kind, String key) {
        evenIfClosed(frame -> {
            Store store = stores.available(kind);
            return store == null || store.collect(frame, key, Duration.ZERO, false) != null;
        });
    }

    void release(HeldSegment segment) {
        configuration.listeners().releasing(segment, () -> evenIfClosed(frame -> {
            segment.leave(frame, false);
            return true;
        }));
    }

    void discard(Draft draft) {
        try {
            evenIfClosed(frame -> {
                draft.discard(frame);
                return true;
            });
        } finally {
            draft.letGo();
        }
    }

    @Nullable
    Throwable leakTrace() {
        return configuration.leakDetection() == LeakDetection.FULL ? new Throwable("The link was made here.") : null;
    }

    /** Has a reference given back by the upkeep. Allocates nothing, calls no listener, never throws. */
    void giveBackLater(LinkHandle handle) {
        synchronized (stores) {
            handle.next = toGiveBack;
            toGiveBack = handle;
        }
        upkeep.start();
    }

    private void giveBack() {
        for (LinkHandle handle = nextToGiveBack(); handle != null; handle = nextToGiveBack()) {
            handle.giveBack();
        }
    }

    private @Nullable LinkHandle nextToGiveBack() {
        synchronized (stores) {
            LinkHandle handle = toGiveBack;
            if (handle != null) {
                toGiveBack = handle.next;
                handle.next = null;
            }
            return handle;
        }
    }

    void reportLeak(String key, @Nullable Throwable made) {
        if (configuration.leakDetection() != LeakDetection.OFF) {
            configuration.listeners().leaked(key, made);
        }
    }

    Waiters.Waiter waitFor(ResourceKind kind, String key) {
        return call(kind, (store, _) -> store.waitFor(key, new OrphanWatch(this, configuration, kind)));
    }

    /** Releases what was kept long enough, in all stores. Returns whether there is more. */
    private boolean tidy() {
        if (!gate.isOpen()) {
            return false;
        }
        giveBack();
        return evenIfClosed(frame -> {
            boolean more = false;
            for (Store store : stores.all()) {
                more |= gate.isOpen() && store.tidy(frame);
            }
            return more;
        });
    }

    /** Looks at a kept segment whose time should be over. One bad segment is nothing to report; the next sweep does. */
    private void collectExpired(ResourceKind kind, String key, long nonce) {
        try {
            look(kind, false, (store, frame) -> {
                if (store.collectExpired(frame, key, nonce) instanceof Verdict.Removed(Reason reason, long bytes)) {
                    configuration.listeners().note(new Collected(key, kind, reason, bytes));
                }
                return true;
            });
        } catch (IpcException | IllegalStateException _) {
            // The factory is being closed, for instance.
        }
    }

    boolean isWatching() {
        return stores.isWatching();
    }

    boolean isClosed() {
        return !gate.isOpen();
    }

    /** Gives back every reference, and closes the stores. If there is no heap for that, it waits a little for some. */
    void close() {
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

    /** Leaves everything as a crash of the process would, and closes the stores. */
    void abandon() {
        gate.close();
        close(Store::abandon);
    }

    private void close(BiConsumer<Store, CallFrame> way) {
        Closing closing = new Closing();
        closing.run(() -> kept.close(WATCHER_NANOS));
        for (Store store : stores.all()) {
            closing.run(() -> store.stopWatching(WATCHER_NANOS));
        }
        if (gate.end(CLOSING_NANOS)) {
            closeStores(way, closing);
        } else {
            closing.run(this::releaseAll);
            configuration.failures().report("closing", new TimeoutException(gate.inside()
                    + " operations are not through; the last of them closes the directories"));
        }
        closing.end();
    }

    /** No operation runs. A call of {@link #evenIfClosed} waits for the gate's monitor meanwhile. */
    private void closeStores(BiConsumer<Store, CallFrame> way, Closing closing) {
        synchronized (gate) {
            try (CallFrame frame = new CallFrame()) {
                for (Store store : stores.all()) {
                    closing.run(() -> way.accept(store, frame));
                    stores.remove(store);
                }
            }
        }
    }

    /** Gives back every reference although an operation is not through. */
    private void releaseAll() {
        try (CallFrame frame = new CallFrame()) {
            stores.all().forEach(store -> store.releaseAll(frame));
        }
    }

    /** By the operation for which {@link #close} has not waited any longer. */
    private void closeBelated() {
        try {
            Closing closing = new Closing();
            if (gate.end(0)) {
                closeStores(Store::close, closing);
            }
            closing.end();
        } catch (Throwable e) {
            configuration.failures().report("closing", e);
        }
    }
}
