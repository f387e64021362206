package io.resourcelink;

import java.time.InstantSource;
import java.util.Objects;

import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.store.Host;
import io.resourcelink.internal.store.heap.HeapHost;

/**
 * Segments that exist in this JVM alone. All factories that are given this memory share it, as processes of one host
 * share directories. It is for unit tests, and for systems other than Linux. It needs no native access.
 *
 * <p>What is true between processes is true between factories, with two differences. No holder can die, so the only
 * orphans are segments that were kept and have outlived their time to live. And factories share a segment's mapping. So
 * a payload that is used after its factory's last handle was closed throws {@link IllegalStateException} only once all
 * other factories have closed theirs. The memory is the JVM's direct memory, limited by {@code -XX:MaxDirectMemorySize}.
 *
 * <p>Thread-safe. It needs no closing: a segment's memory is freed when the segment is removed. As always, the last
 * handle or a collection removes it.
 */
public final class InProcessMemory {

    private final Host host;

    /**
     * Creates empty memory that uses the system clock.
     *
     * @param capacity bytes that the segments of each kind may take together, headers of 64 bytes included
     * @throws IllegalArgumentException if it is negative
     */
    public InProcessMemory(long capacity) {
        this(capacity, SegmentClock.ofThisProcess());
    }

    /**
     * Creates empty memory with a clock of its own, so that tests of times to live need not wait.
     *
     * @param capacity bytes that the segments of each kind may take together, headers of 64 bytes included
     * @param time the source of ages and times to live; it should not go backwards
     * @throws IllegalArgumentException if the capacity is negative
     */
    public InProcessMemory(long capacity, InstantSource time) {
        this(capacity, SegmentClock.of(Objects.requireNonNull(time, "time")));
    }

    InProcessMemory(long capacity, SegmentClock clock) {
        if (capacity < 0) {
            throw new IllegalArgumentException("A capacity is zero bytes or more; it was " + capacity + ".");
        }
        host = new HeapHost(capacity, clock);
    }

    Host host() {
        return host;
    }
}
