package io.resourcelink.benchmark;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;

/**
 * Prints where the time of a recycled hand-off goes: each step alone, on average, of two factories in one thread, so that
 * nobody has to be woken. A loop for {@code perf record} and {@code strace -c}, too. Arguments: sizes in bytes.
 */
final class HandOffStages {

    private static final List<String> STAGES = List.of("plain copy", "publish", "acquire", "read", "release",
            "close");
    private static final int ROUNDS = 4;
    private static final long VOLUME = 2L << 30;

    private HandOffStages() {}

    /**
     * Measures.
     *
     * @param arguments sizes of payloads, in bytes
     * @throws IOException if the directory cannot be made or removed
     */
    public static void main(String[] arguments) throws IOException {
        try (ScratchDirectory directory = new ScratchDirectory()) {
            for (String size : arguments) {
                try (ResourceLinkFactory producer = ResourceLinkFactory.builder().directory(directory.path()).build();
                        ResourceLinkFactory consumer = ResourceLinkFactory.builder().directory(directory.path())
                                .build()) {
                    measure(producer, consumer, Integer.parseInt(size));
                }
            }
        }
    }

    private static void measure(ResourceLinkFactory producer, ResourceLinkFactory consumer, int size) {
        int count = Math.clamp(VOLUME / size, 10, 20_000);
        byte[] bytes = new byte[size];
        double[] micros = new double[STAGES.size()];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment warm = arena.allocate(size);
            for (int round = 0; round < ROUNDS; round++) {
                micros = new double[STAGES.size()];
                for (int number = 0; number < count; number++) {
                    handOver(producer, consumer, bytes, warm, micros);
                }
            }
        }
        List<String> figures = new ArrayList<>();
        for (int stage = 0; stage < micros.length; stage++) {
            figures.add(String.format(Locale.ROOT, "%s %.1f", STAGES.get(stage), micros[stage] / count));
        }
        System.out.println(size + " bytes, microseconds: " + String.join(", ", figures));
    }

    private static void handOver(ResourceLinkFactory producer, ResourceLinkFactory consumer, byte[] bytes,
            MemorySegment warm, double[] micros) {
        long[] times = new long[STAGES.size() + 1];
        times[0] = System.nanoTime();
        warm.copyFrom(MemorySegment.ofArray(bytes));
        times[1] = System.nanoTime();
        try (ResourceLink published = producer.publish("payload", Content.of(bytes))) {
            times[2] = System.nanoTime();
            try (ResourceLink acquired = consumer.acquire("payload")) {
                times[3] = System.nanoTime();
                read(acquired.payload());
                times[4] = System.nanoTime();
            }
            times[5] = System.nanoTime();
            if (published.isEmpty()) {
                throw new IllegalArgumentException("There is nothing to hand over.");
            }
        }
        times[6] = System.nanoTime();
        for (int stage = 0; stage < micros.length; stage++) {
            micros[stage] += (times[stage + 1] - times[stage]) / 1e3;
        }
    }

    private static void read(MemorySegment payload) {
        long sum = 0;
        for (long at = 0; at < payload.byteSize(); at += 64) {
            sum += payload.get(ValueLayout.JAVA_LONG, at);
        }
        if (sum != 0) {
            throw new IllegalStateException("The payload was zero, and its sum is " + sum + ".");
        }
    }
}
