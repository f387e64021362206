package io.resourcelink.benchmark;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often each living thread of some processes has gone to sleep, and so was woken. A thread that ends is not counted any more.
 *
 * @param threads their voluntary context switches, by the number of the thread
 */
public record WakeUps(Map<String, Long> threads) {

    /** Of {@code proc_pid_status(5)}. */
    private static final String SLEEPS = "voluntary_ctxt_switches:";

    /**
     * Counts.
     *
     * @param processes the processes
     * @return what the kernel has counted
     * @throws IOException if a process has ended
     */
    public static WakeUps of(List<ProcessHandle> processes) throws IOException {
        Map<String, Long> counts = new HashMap<>();
        for (ProcessHandle process : processes) {
            try (DirectoryStream<Path> threads = Files
                    .newDirectoryStream(Path.of("/proc", String.valueOf(process.pid()), "task"))) {
                for (Path thread : threads) {
                    Processes.number(thread.resolve("status"), SLEEPS)
                            .ifPresent(count -> counts.put(thread.getFileName().toString(), count));
                }
            }
        }
        return new WakeUps(counts);
    }

    /**
     * {@return how many there were since an earlier moment}
     *
     * @param earlier what was counted then
     */
    public long since(WakeUps earlier) {
        return threads.entrySet().stream()
                .mapToLong(thread -> thread.getValue() - earlier.threads.getOrDefault(thread.getKey(), 0L)).sum();
    }
}
