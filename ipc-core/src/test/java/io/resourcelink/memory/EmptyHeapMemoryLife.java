package io.resourcelink.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.mapping.RecycledRegion;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.Descriptors;

/** Shared memory from its making to its closing, for a test that lets allocations fail on the way. */
public final class EmptyHeapMemoryLife implements Consumer<Runnable> {

    /** Made by reflection, by a loader of its own. */
    public EmptyHeapMemoryLife() {}

    private interface Operation {

        void run();
    }

    private static void attempt(Operation operation) {
        try {
            operation.run();
        } catch (OutOfMemoryError _) {
            // The next operation works again, or the one after.
        }
    }

    /**
     * Lives, and frees at the end what could not be freed on the way.
     *
     * @param relief ends the trouble
     */
    @Override
    public void accept(Runnable relief) {
        live();
        relief.run();
        Reclaimer.reclaimAllNow();
    }

    private static void live() {
        attempt(() -> {
            try (SharedMemory memory = SharedMemory.fromBytes(new byte[5_000]); SharedMemory other = memory.retain()) {
                attempt(() -> read(other.asSegment()));
                attempt(() -> read(memory.unsafeWritable()));
                attempt(memory::toByteArray);
                attempt(() -> memory.read(MemorySegment::byteSize));
            }
        });
        attempt(() -> {
            try (SharedMemory.Builder builder = SharedMemory.builder(5_000)) {
                builder.memory().fill((byte) 1);
                attempt(() -> builder.build().close());
            }
        });
        attempt(() -> SharedMemory.fromByte((byte) 1, 300_000).close());
        for (int round = 0; round < 3; round++) {
            attempt(EmptyHeapMemoryLife::recycle);
            attempt(Reclaimer::reclaimNow);
        }
    }

    private static void recycle() {
        attempt(() -> {
            try (SharedMemory memory = SharedMemory.recycled(5_000, filled -> filled.fill((byte) 1))) {
                attempt(() -> memory.read(MemorySegment::byteSize));
                attempt(() -> {
                    try (SharedMemory received = received(memory)) {
                        received.read(MemorySegment::byteSize);
                    }
                });
            }
        });
        try (SharedMemory.Builder builder = SharedMemory.recycledBuilder(5_000)) {
            builder.memory().fill((byte) 1);
            try (SharedMemory memory = builder.build()) {
                attempt(() -> read(memory.asSegment()));
                attempt(() -> {
                    try (SharedMemory received = received(memory)) {
                        read(received.asSegment());
                    }
                });
            }
        }
    }

    private static SharedMemory received(SharedMemory memory) {
        Region region = memory.region();
        region.retain();
        try {
            return Region.DOOR.outside(RecycledRegion.received(Descriptors.reopened(region.file()), 5_000),
                    SharedMemory.class);
        } finally {
            region.release();
        }
    }

    private static void read(MemorySegment memory) {
        memory.get(ValueLayout.JAVA_BYTE, 0);
    }
}
