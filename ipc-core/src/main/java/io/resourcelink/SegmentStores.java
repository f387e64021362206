package io.resourcelink;

import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.Collector.Outcome;
import io.resourcelink.OrphanReport.Cause;
import io.resourcelink.OrphanReport.Collected;
import io.resourcelink.OrphanReport.Reason;
import io.resourcelink.ResourceLinkListener.Operation;
import io.resourcelink.error.AccessDeniedException;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.OsException;
import io.resourcelink.memory.Recurring;
import io.resourcelink.os.CallFrame;
import io.resourcelink.os.OpenFile;

/*
 * Every operation holds the life cycle's lock shared, closing holds it exclusively: no operation meets a closed directory,
 * and no descriptor number is used after it was closed. Watchers run operations of their own, so they are stopped, and
 * their threads joined, before the lock is taken; no new one can start once closed is set, which is done under the monitor
 * of the stores, where they are opened.
 */

/** The stores of a factory, one for each kind, opened when they are first needed, and their life cycle. Thread-safe. */
final class SegmentStores {

    /** About 10 MB of notes at worst; what is forgotten is left to the sweep. */
    private static final int MAX_NOTED = 100_000;

    /** How long at most a segment that is kept for later outlives its owner's death, or its time. */
    private static final long UPKEEP_MILLIS = 100;

    private final Configuration configuration;
    private final ReentrantReadWriteLock lifecycle = new ReentrantReadWriteLock();
    private final Map<ResourceKind, Store> stores = new EnumMap<>(ResourceKind.class);
    private final Cleaner cleaner = Cleaner.create();
    private final Recurring upkeep = new Recurring("ipc-upkeep", UPKEEP_MILLIS, this::tidy);
    private volatile boolean closed;

    SegmentStores(Configuration configuration) {
        this.configuration = configuration;
        store(configuration.defaultKind());
    }

    /** Runs an operation on the store of a kind, which makes the directory if it is missing. */
    <T extends @Nullable Object> T call(ResourceKind kind, BiFunction<Store, CallFrame, T> operation) {
        Objects.requireNonNull(kind, "kind");
        return guarded(frame -> operation.apply(store(kind), frame));
    }

    /** Like {@link #call}, but does not make a directory that is missing: there is nothing to see in it. */
    <T extends @Nullable Object> T look(ResourceKind kind, T nothing, BiFunction<Store, CallFrame, T> operation) {
        Objects.requireNonNull(kind, "kind");
        return guarded(frame -> isOpen(kind) || configuration.host().exists(kind)
                ? operation.apply(store(kind), frame)
                : nothing);
    }

    void forEach(BiConsumer<Store, CallFrame> operation) {
        guarded(frame -> {
            for (ResourceKind kind : ResourceKind.values()) {
                Store store = existing(kind);
                if (store != null) {
                    operation.accept(store, frame);
                }
            }
            return true;
        });
    }

    /** The store of a kind, if there is one to look at. What others put in a default place is none of ours. */
    private @Nullable Store existing(ResourceKind kind) {
        try {
            return isOpen(kind) || configuration.host().exists(kind) ? store(kind) : null;
        } catch (AccessDeniedException | OsException e) {
            if (configuration.isNamed(kind)) {
                throw e;
            }
            return null;
        }
    }

    private <T extends @Nullable Object> T guarded(Function<CallFrame, T> operation) {
        ensureOpen();
        return evenIfClosed(frame -> {
            ensureOpen();
            return operation.apply(frame);
        });
    }

    private <T extends @Nullable Object> T evenIfClosed(Function<CallFrame, T> operation) {
        configuration.host().surfaceFaults();
        lifecycle.readLock().lock();
        try (CallFrame frame = new CallFrame()) {
            return operation.apply(frame);
        } finally {
            lifecycle.readLock().unlock();
        }
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("This ResourceLinkFactory is closed.");
        }
    }

    ResourceLink link(HeldSegment segment) {
        return new ResourceLink(this, segment);
    }

    ResourceLink retain(HeldSegment segment) {
        return configuration.listeners().taking(Operation.ACQUIRE, segment.key(), () -> {
            if (!guarded(segment::tryJoin)) {
                throw new IllegalStateException("The link to segment \"" + segment.key() + "\" is closed.");
            }
            return link(segment);
        });
    }

    OpenFile transit(HeldSegment segment) {
        return guarded(segment::openForTransit);
    }

    ResourceLink accept(ResourceKind kind, String key, OpenFile received) {
        SegmentKey.checked(key);
        HeldSegment accepted = look(kind, null, (store, frame) -> store.accept(frame, key, received));
        if (accepted == null) {
            throw new InvalidSegmentException(key, "a received file", "one of "
                    + configuration.host().directory(kind) + ", which does not exist");
        }
        return link(accepted);
    }

    /** Closes a descriptor, and looks after its segment if that can be done. */
    void drop(ResourceKind kind, String key, OpenFile transit) {
        evenIfClosed(frame -> {
            Store store = available(kind);
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
            Store store = available(kind);
            return store == null || store.collect(frame, key, Duration.ZERO, false) != null;
        });
    }

    /** The store of a kind unless it is closed or cannot be opened. */
    private @Nullable Store available(ResourceKind kind) {
        synchronized (stores) {
            try {
                return closed ? stores.get(kind) : existing(kind);
            } catch (IpcException _) {
                return null;
            }
        }
    }

    void release(HeldSegment segment) {
        configuration.listeners().releasing(segment, () -> evenIfClosed(frame -> {
            segment.leave(frame, false);
            return true;
        }));
    }

    void discard(Store.Draft draft) {
        evenIfClosed(frame -> {
            draft.discard(frame);
            return true;
        });
    }

    @Nullable
    Throwable leakTrace() {
        return configuration.leakDetection() == LeakDetection.FULL ? new Throwable("The link was made here.") : null;
    }

    Cleaner.Cleanable register(ResourceLink link, ResourceLink.Handle handle) {
        return cleaner.register(link, handle);
    }

    void reportLeak(String key, @Nullable Throwable made) {
        if (configuration.leakDetection() != LeakDetection.OFF) {
            configuration.listeners().leaked(key, made);
        }
    }

    Waiters.Waiter waitFor(ResourceKind kind, String key) {
        return call(kind, (store, _) -> store.waitFor(key, new Reaction(kind)));
    }

    /** Collects what somebody let go of without being able to collect it himself. */
    private final class Reaction implements SegmentWatcher.Reaction {

        private final ResourceKind kind;

        /** Files whose creators have not closed them yet, by their numbers. Foreign ones never come out again. */
        private final Map<Long, String> keys = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
                return size() > MAX_NOTED;
            }
        };

        Reaction(ResourceKind kind) {
            this.kind = kind;
        }

        @Override
        public void appeared(String key) {
            if (configuration.watch()) {
                Long file = call(kind, (store, frame) -> store.file(frame, key));
                if (file != null) {
                    keys.put(file, key);
                }
            }
        }

        @Override
        public @Nullable String keyOf(long inode) {
            return keys.remove(inode);
        }

        @Override
        public boolean released(String key) {
            return configuration.watch() && call(kind,
                    (store, frame) -> switch (store.collect(frame, key, Duration.ZERO, false)) {
                        case Outcome.Removed(Reason reason, long bytes) -> {
                            configuration.listeners().collected(new Collected(key, kind, reason, bytes));
                            yield false;
                        }
                        case Outcome.Stays stays -> stays.cause() == Cause.HELD || stays.cause() == Cause.BUSY;
                        case Outcome.Gone _ -> false;
                    });
        }

        @Override
        public boolean staged() {
            if (!configuration.watch()) {
                return false;
            }
            List<Collected> collected = new ArrayList<>();
            boolean others = call(kind, (store, frame) -> store.clearStage(frame, collected));
            collected.forEach(configuration.listeners()::collected);
            return others;
        }

        @Override
        public void overflowed() {
            if (configuration.watch()) {
                call(kind, (store, frame) -> {
                    keys.putAll(store.files(frame));
                    return store.sweep(frame, Duration.ZERO, false);
                }).collected().forEach(configuration.listeners()::collected);
            }
        }
    }

    /** Lets go of what was kept long enough, in all stores. Answers whether there is more. */
    private boolean tidy() {
        return !closed && evenIfClosed(frame -> {
            boolean more = false;
            for (Store store : open()) {
                more |= !closed && store.tidy(frame);
            }
            return more;
        });
    }

    boolean isClosed() {
        return closed;
    }

    /** Gives back every reference, and closes the stores. */
    void close() {
        synchronized (stores) {
            closed = true;
        }
        open().forEach(Store::stopWatching);
        lifecycle.writeLock().lock();
        try (CallFrame frame = new CallFrame()) {
            Throwable failure = null;
            for (Store store : open()) {
                Throwable left = store.close(frame);
                if (left == null) {
                    synchronized (stores) {
                        stores.values().remove(store);
                    }
                } else if (failure == null) {
                    failure = left;
                } else {
                    failure.addSuppressed(left);
                }
            }
            switch (failure) {
                case null -> {
                }
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                default -> throw new AssertionError(failure);
            }
        } finally {
            lifecycle.writeLock().unlock();
        }
    }

    /** Leaves everything as a crash of the process would, and closes the stores. */
    void abandon() {
        synchronized (stores) {
            closed = true;
        }
        open().forEach(Store::stopWatching);
        lifecycle.writeLock().lock();
        try (CallFrame frame = new CallFrame()) {
            open().forEach(store -> store.abandon(frame));
            synchronized (stores) {
                stores.clear();
            }
        } finally {
            lifecycle.writeLock().unlock();
        }
    }

    private List<Store> open() {
        synchronized (stores) {
            return List.copyOf(stores.values());
        }
    }

    private boolean isOpen(ResourceKind kind) {
        synchronized (stores) {
            return stores.containsKey(kind);
        }
    }

    private Store store(ResourceKind kind) {
        synchronized (stores) {
            ensureOpen();
            Store present = stores.get(kind);
            if (present != null) {
                return present;
            }
            Store opened = configuration.host().open(kind, configuration.upkeep(upkeep::start));
            stores.put(kind, opened);
            if (configuration.watch()) {
                opened.watch(new Reaction(kind));
            }
            return opened;
        }
    }
}
