package io.resourcelink.internal.store.heap;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.store.Host;
import io.resourcelink.internal.store.Store;
import io.resourcelink.internal.store.Upkeep;
import io.resourcelink.segment.ResourceKind;

/** The memory of this JVM, shared by the factories that are given the same one. Thread-safe. */
public final class HeapHost implements Host {

    private static final Path ROOT = Path.of("in-process");

    private final Map<ResourceKind, HeapSpace> spaces = new EnumMap<>(ResourceKind.class);

    /**
     * Makes an empty memory.
     *
     * @param capacity bytes for the segments of each kind, headers included
     * @param clock the clock for ages and times to live
     */
    public HeapHost(long capacity, SegmentClock clock) {
        for (ResourceKind kind : ResourceKind.values()) {
            spaces.put(kind, new HeapSpace(kind, ROOT.resolve(kind.label()), capacity, clock));
        }
    }

    private HeapSpace space(ResourceKind kind) {
        HeapSpace space = spaces.get(kind);
        if (space == null) {
            throw new AssertionError(kind);
        }
        return space;
    }

    @Override
    public Path directory(ResourceKind kind) {
        return space(kind).path();
    }

    @Override
    public long fingerprint(ResourceKind kind) {
        return 0;
    }

    @Override
    public boolean exists(ResourceKind kind) {
        return true;
    }

    @Override
    public boolean isNamed(ResourceKind kind) {
        return true;
    }

    @Override
    public Store open(ResourceKind kind, Upkeep upkeep) {
        return new HeapStore(space(kind), upkeep);
    }

    /** No process can truncate this memory, so there are no faults. */
    @Override
    public void surfaceFaults() {}
}
