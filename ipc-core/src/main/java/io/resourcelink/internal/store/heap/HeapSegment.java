package io.resourcelink.internal.store.heap;

import java.lang.foreign.MemorySegment;

import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.HeldSegment;
import io.resourcelink.segment.ResourceLinkInfo;

/**
 * A segment of an in-process memory as one factory has it open. All transitions happen under the monitor of its space.
 */
final class HeapSegment implements HeldSegment {

    private final HeapStore store;
    private final HeapSpace space;
    private final MemoryBlock block;
    private final MemorySegment payload;
    private volatile int handles = 1;

    /** Takes over one reference on a block. */
    HeapSegment(HeapStore store, HeapSpace space, MemoryBlock block) {
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
    public long directory() {
        return 0;
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
    public boolean tryJoin() {
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
    public OpenFile openForTransit() {
        throw HeapStore.withoutDescriptors();
    }

    /** Takes over one more reference on the block, from a caller that found the block by name. */
    void join() {
        synchronized (space) {
            handles++;
        }
    }

    @Override
    public void leave(boolean all) {
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

    /** No process can truncate this memory. */
    @Override
    public void copy(MemorySegment source, MemorySegment target) {
        MemorySegment.copy(source, 0, target, 0, source.byteSize());
    }
}
