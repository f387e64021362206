package io.resourcelink.benchmark;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * How often each living thread of some processes has gone to sleep, and so was woken. A thread that ends is not counted any more.
 *
 * @param threads their voluntary context switches, by the number of the thread
 */
public record WakeUps(Map<String, Long> threads) {

    /** Of {@code proc_pid_status(5)}. */
    private static final String SLEEPS = "voluntary_ctxt_switches:";
    private static final Pattern COMPILER = Pattern.compile("C[12] Compiler");

    /**
     * Counts.
     *
     * @param processes the processes
     * @return what the kernel has counted
     * @throws IOException if a process has ended
     */
    public static WakeUps of(List<ProcessHandle> processes) throws IOException {
        return of(processes, _ -> true);
    }

    /**
     * Counts all threads but those of the JVM's compilers. These are busy for seconds after something new has run.
     *
     * @param processes the processes
     * @return what the kernel has counted
     * @throws IOException if a process has ended
     */
    public static WakeUps withoutCompilers(List<ProcessHandle> processes) throws IOException {
        return of(processes, thread -> !COMPILER.matcher(thread).lookingAt());
    }

    private static WakeUps of(List<ProcessHandle> processes, Predicate<String> names) throws IOException {
        Map<String, Long> counts = new HashMap<>();
        for (ProcessHandle process : processes) {
            try (DirectoryStream<Path> threads = Files
                    .newDirectoryStream(Path.of("/proc", String.valueOf(process.pid()), "task"))) {
                for (Path thread : threads) {
                    if (names.test(name(thread))) {
                        Processes.number(thread.resolve("status"), SLEEPS)
                                .ifPresent(count -> counts.put(thread.getFileName().toString(), count));
                    }
                }
            }
        }
        return new WakeUps(counts);
    }

    /** {@return the first 15 characters of a thread's name; nothing if it has ended} */
    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm"));
        } catch (IOException _) {
            return "";
        }
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
