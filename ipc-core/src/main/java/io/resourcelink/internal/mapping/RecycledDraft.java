package io.resourcelink.internal.mapping;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

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
        RecycledRegion region = size > 0 ? recycled(size) : null;
        return region == null ? RegionDraft.make(size) : of(region);
    }

    /**
     * Has a function fill such memory, in the calling thread. No view outlives the call, so the memory can be used again as soon as the
     * region is gone. If the kernel cannot do this, it is ordinary memory.
     *
     * @return a region with one handle
     */
    public static Region filled(long size, Consumer<MemorySegment> filler) {
        RecycledRegion region = size > 0 ? recycled(size) : null;
        if (region != null) {
            region.fill(filler);
            return region;
        }
        return RegionDraft.filled(size, filler);
    }

    private static @Nullable RecycledRegion recycled(long size) {
        try (CallFrame frame = new CallFrame()) {
            return RecycledRegion.make(frame, size);
        }
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
