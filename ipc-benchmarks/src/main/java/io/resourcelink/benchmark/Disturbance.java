package io.resourcelink.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * What kept the processors from a benchmark for a while. The load average cannot tell that: it counts the benchmark's own
 * threads, and the minute before.
 *
 * @param others the share of all processors' time that processes took that are neither this one nor started by it
 * @param stolen the share that the hypervisor gave to other machines
 * @param load the load average of the last minute
 */
record Disturbance(double others, double stolen, double load) {

    /** From this share on, a round does not count. */
    static final double MOST_OF_OTHERS = 0.05;

    /** From this share on, a round does not count. */
    static final double MOST_STOLEN = 0.02;

    /** Of {@code proc_stat(5)}: the time that was stolen. */
    private static final int STEAL = 7;
    /** Of the fields of {@code proc_pid_stat(5)} behind the name: utime, and three more times that follow it. */
    private static final int USER_TIME = 11;
    private static final int TIMES = 4;

    /** {@return whether a round with so little of it counts} */
    boolean isSmall() {
        return others <= MOST_OF_OTHERS && stolen <= MOST_STOLEN;
    }

    /**
     * The clocks of the processors and of the benchmark's processes, in ticks.
     *
     * @param all all time that there was
     * @param busy the time in which something ran
     * @param stolen the time that the hypervisor took
     * @param own the time in which this process ran, or another one that it has started
     */
    record Ticks(long all, long busy, long stolen, long own) {

        static Ticks now() throws IOException {
            long own = Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants())
                    .mapToLong(process -> ofProcess(Path.of("/proc", String.valueOf(process.pid()), "stat"))).sum();
            return parse(firstLine(Path.of("/proc/stat")), own);
        }

        /**
         * Reads the first line of {@code /proc/stat}: user, nice, system, idle, iowait, irq, softirq, steal. The time of
         * guests, which follows, is part of the first two.
         */
        static Ticks parse(String line, long own) {
            long[] times = Arrays.stream(line.split(" +", -1)).skip(1).limit(STEAL + 1L).mapToLong(Long::parseLong)
                    .toArray();
            long all = Arrays.stream(times).sum();
            return new Ticks(all, all - times[3] - times[4] - times[STEAL], times[STEAL], own);
        }

        /** A process that has ended since counts with its parent, once that has waited for it. */
        private static long ofProcess(Path file) {
            try {
                return parse(firstLine(file));
            } catch (IOException _) {
                return 0;
            }
        }

        /** The name of a process is in parentheses, and may have some itself. */
        static long parse(String stat) {
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Arrays.stream(fields, USER_TIME, USER_TIME + TIMES).mapToLong(Long::parseLong).sum();
        }

        private static String firstLine(Path file) throws IOException {
            return Files.readString(file).lines().findFirst()
                    .orElseThrow(() -> new NoSuchFileException(file.toString()));
        }

        /** {@return what was from an earlier moment to this one} */
        Disturbance since(Ticks earlier) throws IOException {
            double all = Math.max(1, this.all - earlier.all);
            // A process's clock is finer than that of the processors, which may be behind.
            long others = Math.max(0, busy - earlier.busy - (own - earlier.own));
            return new Disturbance(others / all, (stolen - earlier.stolen) / all,
                    Double.parseDouble(Environment.load()));
        }
    }
}
