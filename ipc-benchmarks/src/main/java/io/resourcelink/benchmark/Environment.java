package io.resourcelink.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a run of the suite ran on. */
final class Environment {

    /** From this load on, somebody else was at work when the run began. */
    private static final double BUSY = 0.5;

    private Environment() {}

    /** What can be known before anything runs. */
    static Map<String, String> before(Run run) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("processor", value("/proc/cpuinfo", line -> line.startsWith("model name")));
        environment.put("processors", Runtime.getRuntime().availableProcessors() + (isVirtual() ? ", virtual" : ""));
        environment.put("memory", value("/proc/meminfo", line -> line.startsWith("MemTotal")));
        environment.put("kernel", System.getProperty("os.version") + " " + System.getProperty("os.arch"));
        environment.put("java", System.getProperty("java.vm.vendor") + " " + Runtime.version());
        environment.put("/dev/shm", mount("/dev/shm"));
        environment.put("huge pages", run.hugePages().note());
        environment.put("mode", run.quick() ? "quick, for a first look only" : "full");
        environment.put("load before", load());
        if (Double.parseDouble(load()) > BUSY) {
            environment.put("attention", "the machine was busy when the run began; these figures are too high");
        }
        return environment;
    }

    static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
    }

    private static boolean isVirtual() throws IOException {
        return find("/proc/cpuinfo", line -> line.startsWith("flags") && line.contains(" hypervisor")).isPresent();
    }

    private static String value(String file, Predicate<String> line) throws IOException {
        return find(file, line).map(found -> found.substring(found.indexOf(':') + 1).strip()).orElse("unknown");
    }

    private static String mount(String directory) throws IOException {
        return find("/proc/mounts", line -> line.split(" ", -1)[1].equals(directory))
                .map(found -> found.split(" ", -1)[2] + " " + found.split(" ", -1)[3]).orElse("not mounted");
    }

    private static Optional<String> find(String file, Predicate<String> line) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line).findFirst();
        }
    }
}
