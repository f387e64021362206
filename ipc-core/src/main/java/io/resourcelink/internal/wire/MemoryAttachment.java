package io.resourcelink.internal.wire;

import io.resourcelink.memory.SharedMemory;

/** Shared memory that a message carries. */
public final class MemoryAttachment extends Attachment {

    private final SharedMemory memory;

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
        Frame.Entry.Memory entry = new Frame.Entry.Memory(memory.size());
        if (memory.isEmpty()) {
            message.add(entry);
        } else {
            message.add(entry, message.borrow(Regions.of(memory)));
        }
        return true;
    }

    @Override
    ReceivedAttachment copy() {
        Regions.of(memory).seal();
        return new CopiedAttachment(memory.retain());
    }
}
