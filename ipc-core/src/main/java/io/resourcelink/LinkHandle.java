package io.resourcelink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.jspecify.annotations.Nullable;

/** What is left of a link when nobody can reach it any more. Must not know the link, or it would always be reached. */
final class LinkHandle implements Runnable {

    private static final VarHandle CLOSED;

    static {
        try {
            CLOSED = MethodHandles.lookup().findVarHandle(LinkHandle.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SegmentStores stores;
    private final @Nullable Throwable made;
    private @Nullable HeldSegment segment;
    private volatile boolean closed;

    /** The next one in the list of those that the factory gives back. Guarded by the stores. */
    @Nullable
    LinkHandle next;

    /** Made before the reference is taken, so that taking it needs no heap afterwards. */
    LinkHandle(SegmentStores stores, @Nullable Throwable made) {
        this.stores = stores;
        this.made = made;
    }

    /** Takes over one reference. */
    void holds(HeldSegment taken) {
        segment = taken;
    }

    boolean isClosed() {
        return closed;
    }

    boolean tryClose() {
        if (!CLOSED.compareAndSet(this, false, true)) {
            return false;
        }
        release();
        return true;
    }

    /** What fails before the reference was given back, for lack of heap for instance, is tried again by the factory. */
    private void release() {
        HeldSegment held = segment;
        if (held == null) {
            return;
        }
        try {
            stores.release(held);
        } catch (Throwable e) {
            if (!held.isReleased()) {
                stores.giveBackLater(this);
            }
            throw e;
        }
    }

    /** On the factory's own thread: gives back what could not be given back, or what was forgotten, and reports that. */
    void giveBack() {
        HeldSegment held = segment;
        if (held == null || held.isReleased()) {
            return;
        }
        boolean forgotten = CLOSED.compareAndSet(this, false, true);
        try {
            release();
        } finally {
            if (forgotten) {
                stores.reportLeak(held.key(), made);
            }
        }
    }

    /** Run when the link was closed, or else when the garbage collector has found it unreachable. */
    @Override
    public void run() {
        if (!closed) {
            stores.giveBackLater(this);
        }
    }
}
