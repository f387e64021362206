package io.resourcelink;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

import com.sun.management.ThreadMXBean;

/**
 * Prints the system calls and the allocated bytes of each single operation, to be compared between two versions. Both are
 * those of the calling thread. The bytes are the median of many rounds. With {@code -XX:TieredStopAtLevel=1} they are the
 * same in every run; the second compiler removes more allocations in one run than in another.
 */
final class SingleOperationCosts {

    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 1_001;

    private SingleOperationCosts() {}

    /**
     * Prints the table.
     *
     * @param arguments none
     * @throws IOException if there is no directory to work in
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "ipc-costs-");
        try (SingleOperations operations = new SingleOperations(directory)) {
            System.out.println("| operation | system calls | bytes | calls |\n|---|---:|---:|---|");
            operations.all().forEach(SingleOperationCosts::print);
        } finally {
            Files.deleteIfExists(directory.resolve(".stage"));
            Files.deleteIfExists(directory.resolve(".channels"));
            Files.delete(directory);
        }
    }

    private static void print(String name, SingleOperations.Operation operation) {
        operation.calls();
        Map<String, Integer> calls = operation.calls();
        int count = calls.values().stream().mapToInt(Integer::intValue).sum();
        System.out.println("| " + name + " | " + count + " | " + bytes(operation) + " | " + calls + " |");
    }

    private static long bytes(SingleOperations.Operation operation) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] bytes = new long[MEASURED];
        for (int round = -WARM_UP; round < MEASURED; round++) {
            Runnable end = operation.before().run();
            long start = threads.getCurrentThreadAllocatedBytes();
            Runnable left = operation.counted().run();
            long allocated = threads.getCurrentThreadAllocatedBytes() - start;
            left.run();
            end.run();
            if (round >= 0) {
                bytes[round] = allocated;
            }
        }
        Arrays.sort(bytes);
        return bytes[MEASURED / 2];
    }
}
