package io.resourcelink;

import java.lang.foreign.MemorySegment;

import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.OpenFile;

/** A segment of an in-process memory as one factory has it open. All transitions happen under its space's monitor. */
final class InProcessSegment implements HeldSegment {

    private final InProcessStore store;
    private final InProcessSpace space;
    private final MemoryBlock block;
    private final MemorySegment payload;
    private volatile int handles = 1;

    /** Takes over one reference on a block. */
    InProcessSegment(InProcessStore store, InProcessSpace space, MemoryBlock block) {
        this.store = store;
        this.space = space;
        this.block = block;
        this.payload = block.payload();
    }

    MemoryBlock block() {
        return block;
    }

    @Override
    public String key() {
        return block.key();
    }

    @Override
    public SegmentHeader header() {
        return block.header();
    }

    @Override
    public SegmentHeader currentHeader() {
        return block.header();
    }

    @Override
    public long size() {
        return block.size();
    }

    @Override
    public MemorySegment payload() {
        return payload;
    }

    @Override
    public SegmentClock clock() {
        return space.clock();
    }

    @Override
    public boolean tryJoin(CallFrame frame) {
        synchronized (space) {
            if (handles == 0) {
                return false;
            }
            block.addReferences(1);
            handles++;
            return true;
        }
    }

    @Override
    public OpenFile openForTransit(CallFrame frame) {
        throw InProcessStore.withoutDescriptors();
    }

    /** Takes over one more reference on the block, of one who found it by name. */
    void join() {
        synchronized (space) {
            handles++;
        }
    }

    @Override
    public void leave(CallFrame frame, boolean all) {
        boolean kept;
        synchronized (space) {
            if (handles == 0) {
                return;
            }
            int given = all ? handles : 1;
            kept = space.release(block, given);
            handles -= given;
            if (handles == 0) {
                store.forget(this);
            }
        }
        if (kept) {
            store.kept(this);
        }
    }

    void abandon() {
        synchronized (space) {
            space.abandon(block, handles);
            handles = 0;
            store.forget(this);
        }
    }

    @Override
    public boolean isReleased() {
        return handles == 0;
    }

    @Override
    public long refcount() {
        synchronized (space) {
            ensureOpen();
            return block.references();
        }
    }

    @Override
    public ResourceLinkInfo info() {
        synchronized (space) {
            ensureOpen();
            return space.info(block);
        }
    }

    @Override
    public void renew() {
        synchronized (space) {
            ensureOpen();
            block.header(block.header().renewed(space.clock()));
        }
    }

    private void ensureOpen() {
        if (handles == 0) {
            throw new IllegalStateException("The link to segment \"" + block.key() + "\" is closed.");
        }
    }

    /** Nobody can truncate this memory. */
    @Override
    public void copy(MemorySegment source, MemorySegment target) {
        MemorySegment.copy(source, 0, target, 0, source.byteSize());
    }
}
