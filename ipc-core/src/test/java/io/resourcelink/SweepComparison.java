package io.resourcelink;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prints what a look at every segment costs, beside the way that opens each file for writing, maps it and reads its count
 * there. Both in one run, the median of several rounds. Argument: how many segments, 10,000 if none is given.
 */
final class SweepComparison {

    private static final int ROUNDS = 15;

    private SweepComparison() {}

    public static void main(String[] arguments) throws IOException {
        int segments = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "ipc-sweep-");
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory)
                .leakDetection(LeakDetection.OFF).build()) {
            List<ResourceLink> held = new ArrayList<>();
            for (int segment = 0; segment < segments; segment++) {
                held.add(factory.create("segment-" + segment, 64));
            }
            long[] sweeps = new long[ROUNDS];
            long[] mapped = new long[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                long begin = System.nanoTime();
                int seen = factory.collectOrphans(Duration.ZERO).skipped().size();
                long between = System.nanoTime();
                int counted = mapAll(directory);
                mapped[round] = System.nanoTime() - between;
                sweeps[round] = between - begin;
                if (seen != segments || counted != segments) {
                    throw new AssertionError(seen + " and " + counted + " of " + segments);
                }
            }
            System.out.printf("%d segments, median of %d rounds%n", segments, ROUNDS);
            System.out.printf("  sweep                     %8.1f ms  %6.2f us a segment%n", millis(sweeps),
                    millis(sweeps) * 1000 / segments);
            System.out.printf("  open, map, read, as others%8.1f ms  %6.2f us a segment%n", millis(mapped),
                    millis(mapped) * 1000 / segments);
            held.forEach(ResourceLink::close);
        }
        Files.delete(directory);
    }

    private static int mapAll(Path directory) throws IOException {
        int counted = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    MappedByteBuffer header = channel.map(MapMode.READ_WRITE, 0, channel.size());
                    counted += header.get(4);
                }
            }
        }
        return counted;
    }

    private static double millis(long[] nanos) {
        return Arrays.stream(nanos).sorted().skip(nanos.length / 2).findFirst().orElseThrow() / 1e6;
    }
}
