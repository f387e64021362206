package io.resourcelink.internal.store;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Closer;

/**
 * One reference of a link. It is released exactly once: when the link is closed, or after the garbage collector has
 * found the link unreachable. Thread-safe.
 */
public final class Reference extends Closer {

    private final References references;
    private final @Nullable Throwable made;
    private @Nullable HeldSegment segment;

    /** The next reference in the list of those that the factory releases. Guarded by {@link References}. */
    @Nullable
    Reference next;

    /** Made before the reference is taken, so that taking it needs no heap afterwards. */
    Reference(References references, @Nullable Throwable made) {
        this.references = references;
        this.made = made;
    }

    /** Takes over one reference on a segment. */
    public void holds(HeldSegment taken) {
        segment = taken;
    }

    /** If this fails before the reference was released, for lack of heap for instance, the factory tries again later. */
    @Override
    protected void release() {
        HeldSegment held = segment;
        if (held == null) {
            return;
        }
        try {
            references.release(held);
        } catch (Throwable e) {
            if (!held.isReleased()) {
                references.giveBackLater(this);
            }
            throw e;
        }
    }

    /** The Cleaner's thread must not wait or call a listener. So the factory's upkeep does the work. */
    @Override
    protected void forgotten() {
        references.giveBackLater(this);
    }

    /**
     * Run by the factory's upkeep. Releases a reference that could not be released before, or whose link was forgotten.
     * Reports a leak.
     */
    void giveBack() {
        HeldSegment held = segment;
        if (held == null || held.isReleased()) {
            return;
        }
        boolean wasForgotten = claim();
        try {
            release();
        } finally {
            if (wasForgotten) {
                references.reportLeak(held.key(), made);
            }
        }
    }
}
