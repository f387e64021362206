package io.resourcelink.internal.mapping;

import java.lang.foreign.MemorySegment;

import io.resourcelink.internal.os.CallFrame;

/**
 * A recycled region that is being filled. Ending it needs neither heap nor a system call. The view ends some milliseconds later, and until
 * then the memory is not used again. Thread-safe.
 */
public final class RecycledDraft implements RegionBuilder {

    private final RecycledRegion region;
    private final View view;
    private final MemorySegment memory;
    private boolean done;

    private RecycledDraft(RecycledRegion region, View view) {
        this.region = region;
        this.view = view;
        this.memory = view.memory().asSlice(0, region.size());
    }

    /** Makes a draft with what an earlier one has left in the memory, or an ordinary one if the kernel cannot do this. */
    public static RegionBuilder make(long size) {
        if (size > 0) {
            try (CallFrame frame = new CallFrame()) {
                RecycledRegion region = RecycledRegion.make(frame, size);
                if (region != null) {
                    return of(region);
                }
            }
        }
        return RegionDraft.make(size);
    }

    private static RecycledDraft of(RecycledRegion region) {
        View view = null;
        try {
            view = region.filled();
            return new RecycledDraft(region, view);
        } catch (Throwable e) {
            if (view != null) {
                view.close();
            }
            region.leave();
            throw e;
        }
    }

    @Override
    public synchronized MemorySegment memory() {
        ensureOpen();
        return memory;
    }

    @Override
    public synchronized Region finish() {
        ensureOpen();
        view.close();
        done = true;
        return region;
    }

    @Override
    public synchronized void discard() {
        if (!done) {
            view.close();
            done = true;
            region.leave();
        }
    }

    @Override
    public long size() {
        return region.size();
    }

    private void ensureOpen() {
        if (done) {
            throw new IllegalStateException("This builder has built its shared memory already, or is closed.");
        }
    }
}
