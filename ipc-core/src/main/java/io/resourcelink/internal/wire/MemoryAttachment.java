package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.memory.SharedMemory;

/** Shared memory that a message carries. */
public final class MemoryAttachment extends Attachment {

    private final SharedMemory memory;
    private @Nullable SharedMemory copy;

    /** Borrows shared memory. */
    public MemoryAttachment(SharedMemory memory) {
        super(memory);
        this.memory = memory;
    }

    @Override
    int descriptors() {
        return memory.isEmpty() ? 0 : 1;
    }

    @Override
    long memory() {
        return memory.size();
    }

    @Override
    boolean addTo(OutgoingMessage message, WaitLimit limit) {
        if (memory.isEmpty()) {
            message.add(new Frame.Entry.Memory(0));
            return true;
        }
        Region region = Regions.of(memory);
        OpenFile file = message.borrow(region);
        if (message.immutableMemoryOnly() && region.mayChange()) {
            region = Regions.of(immutable());
            file = message.borrow(region);
        }
        message.add(new Frame.Entry.Memory(region.size(), region.isRecycled()), file);
        return true;
    }

    /** A copy for all processes that take no other memory. */
    private SharedMemory immutable() {
        SharedMemory made = copy;
        if (made == null) {
            made = SharedMemory.fromBytes(memory.asSegment());
            copy = made;
        }
        return made;
    }

    @Override
    void release() {
        SharedMemory made = copy;
        if (made != null) {
            Discarding.close(made);
        }
    }

    @Override
    ReceivedAttachment copy() {
        Regions.of(memory).seal();
        return new CopiedAttachment(memory.retain());
    }
}
