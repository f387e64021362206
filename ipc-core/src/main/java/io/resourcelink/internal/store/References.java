package io.resourcelink.internal.store;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/*
 * Nothing is lost if the heap is exhausted. A Reference, which releases a reference, is allocated before the reference
 * is taken. References that could not be released wait in a list that needs no heap. The upkeep tries them again.
 */

/** The references of a factory's links. Thread-safe. */
public final class References {

    private final FactoryStores stores;
    private final StoreEvents events;
    private final Supplier<@Nullable Throwable> traces;

    /** The first of the references that wait to be released. Written under this object's monitor. */
    private volatile @Nullable Reference toGiveBack;

    /**
     * Makes an empty set.
     *
     * @param stores where the segments are
     * @param events receives releases and leaks
     * @param traces makes what shows where a link was made, or {@code null} if that is not recorded
     */
    public References(FactoryStores stores, StoreEvents events, Supplier<@Nullable Throwable> traces) {
        this.stores = stores;
        this.events = events;
        this.traces = traces;
    }

    /** Makes the object that releases a reference, before the reference is taken. */
    public Reference next() {
        if (toGiveBack != null) {
            // The upkeep may not run, because there was no heap to start its thread.
            stores.requestUpkeep();
        }
        return new Reference(this, traces.get());
    }

    void release(HeldSegment segment) {
        events.releasing(segment, () -> stores.evenIfClosed(() -> segment.leave(false)));
    }

    void reportLeak(String key, @Nullable Throwable made) {
        events.leaked(key, made);
    }

    /** Has the upkeep release a reference. Allocates nothing, calls no listener, never throws. */
    public void giveBackLater(Reference reference) {
        synchronized (this) {
            reference.next = toGiveBack;
            toGiveBack = reference;
        }
        stores.requestUpkeep();
    }

    /** Releases the references that wait. Run by the upkeep. */
    public void giveBack() {
        for (Reference reference = take(); reference != null; reference = take()) {
            reference.giveBack();
        }
    }

    private synchronized @Nullable Reference take() {
        Reference reference = toGiveBack;
        if (reference != null) {
            toGiveBack = reference.next;
            reference.next = null;
        }
        return reference;
    }
}
