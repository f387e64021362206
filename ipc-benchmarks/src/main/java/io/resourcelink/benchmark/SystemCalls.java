package io.resourcelink.benchmark;

import java.io.IOException;
import java.io.Reader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Counts the system calls that all threads of some processes make, with {@code perf stat}. */
public final class SystemCalls {

    private static final String EVENT = "raw_syscalls:sys_enter";
    private static final char READY = '!';
    /** Ends when its standard input is closed. The counters run while this runs. */
    private static final List<String> COUNTED = List.of("sh", "-c", "printf " + READY + "; cat");

    private SystemCalls() {}

    /** What is done while they are counted. It is done also if they cannot be counted. */
    @FunctionalInterface
    public interface Action {
        /**
         * Does it.
         *
         * @throws Exception if it fails
         */
        void run() throws Exception;
    }

    /**
     * Counts.
     *
     * @param processes the processes
     * @param action what is done meanwhile
     * @return how many calls; empty if {@code perf} is missing or may not count them
     * @throws Exception if the action fails
     */
    public static OptionalLong during(List<ProcessHandle> processes, Action action) throws Exception {
        Path out = Files.createTempFile("benchmark-", ".perf");
        try {
            List<String> pids = processes.stream().map(process -> String.valueOf(process.pid())).toList();
            Optional<Process> perf = start(Stream.concat(Stream.of("perf", "stat", "-x", ",", "-o", out.toString(),
                    "-e", EVENT, "-p", String.join(",", pids), "--"), COUNTED.stream()).toList());
            if (perf.isPresent() && during(perf.get(), action)) {
                return count(Files.readString(out));
            }
            action.run();
            return OptionalLong.empty();
        } finally {
            Files.delete(out);
        }
    }

    /** {@return whether the action was done while the counters ran} */
    private static boolean during(Process perf, Action action) throws Exception {
        try (Reader ready = perf.inputReader(StandardCharsets.UTF_8)) {
            boolean counting = ready.read() == READY;
            if (counting) {
                action.run();
            }
            return counting;
        } finally {
            perf.outputWriter(StandardCharsets.UTF_8).close();
            perf.waitFor();
        }
    }

    private static Optional<Process> start(List<String> command) {
        try {
            return Optional.of(new ProcessBuilder(command).redirectError(Redirect.DISCARD).start());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** The first field of the event's line, which is a word if the event cannot be counted. */
    private static OptionalLong count(String report) {
        return report.lines().filter(line -> line.contains(EVENT)).map(line -> line.substring(0, line.indexOf(',')))
                .filter(field -> !field.isEmpty() && field.chars().allMatch(Character::isDigit))
                .mapToLong(Long::parseLong).findFirst();
    }
}
