package io.resourcelink.campaign;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process has at one moment.
 *
 * @param second seconds since it began
 * @param operations what it has done until then
 * @param memory resident memory, in KiB
 * @param descriptors open descriptors
 * @param mappings lines of its memory map that name a segment
 * @param threads threads
 */
record Sample(long second, long operations, long memory, long descriptors, long mappings, long threads) {

    static final String HEADER = "second,operations,memory,descriptors,mappings,threads";

    static Sample now(long second, long operations) throws IOException {
        long memory;
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            memory = lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
        }
        long mappings;
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            mappings = lines.filter(line -> line.contains("/dev/shm/")).count();
        }
        long descriptors;
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            descriptors = open.count();
        }
        return new Sample(second, operations, memory, descriptors, mappings,
                ManagementFactory.getThreadMXBean().getThreadCount());
    }

    String line() {
        return second + "," + operations + "," + memory + "," + descriptors + "," + mappings + "," + threads;
    }

    static Sample parse(String line) {
        String[] fields = line.split(",", -1);
        return new Sample(Long.parseLong(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]),
                Long.parseLong(fields[3]), Long.parseLong(fields[4]), Long.parseLong(fields[5]));
    }
}
