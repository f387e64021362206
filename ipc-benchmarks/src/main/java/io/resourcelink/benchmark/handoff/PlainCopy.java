package io.resourcelink.benchmark.handoff;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import io.resourcelink.benchmark.Measurement;

/** What everything is compared with: one copy from the heap into memory that was written before. Used by one thread. */
final class PlainCopy implements AutoCloseable {

    private static final int PAGE = 4096;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment target;

    PlainCopy(int bytes) {
        this.target = arena.allocate(bytes, PAGE).fill((byte) 1);
    }

    /** {@return the median time of one, in microseconds} */
    double micros(byte[] source, int count) {
        MemorySegment from = MemorySegment.ofArray(source);
        List<Double> times = new ArrayList<>();
        for (int number = -1; number < count; number++) {
            long begin = System.nanoTime();
            MemorySegment.copy(from, 0, target, 0, source.length);
            if (number >= 0) {
                times.add((System.nanoTime() - begin) / 1e3);
            }
        }
        return Measurement.median(times);
    }

    @Override
    public void close() {
        arena.close();
    }
}
