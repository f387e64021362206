package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Mappings that a test unmaps at its end. */
final class Mapped implements AutoCloseable {

    private final List<MemorySegment> all = new ArrayList<>();

    MemorySegment map(OpenFile file, CallFrame frame, long size) {
        return kept(Pages.map(frame, file, size));
    }

    MemorySegment mapReadOnly(OpenFile file, CallFrame frame, long size) {
        return kept(Pages.mapReadOnly(frame, file, size));
    }

    private MemorySegment kept(MemorySegment memory) {
        all.add(memory);
        return memory;
    }

    @Override
    public void close() {
        all.forEach(Pages::unmap);
    }
}
