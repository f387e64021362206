package io.resourcelink.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The mount that a directory is on, as proc_pid_mountinfo(5) describes it.
 *
 * @param point where it is mounted
 * @param options the file system's own options, separated by commas
 */
record Mount(String point, String options) {

    /**
     * {@return the mount of a directory, or of the nearest parent it has, or {@code null} if it is unknown}
     *
     * @param proc where the proc file system is mounted
     * @param directory the directory, which need not exist
     */
    static @Nullable Mount of(Path proc, Path directory) {
        try {
            Path real = nearest(directory.toAbsolutePath().normalize());
            return find(Files.readAllLines(proc.resolve("self/mountinfo"), StandardCharsets.UTF_8), real);
        } catch (IOException _) {
            return null;
        }
    }

    private static Path nearest(Path directory) throws IOException {
        for (Path candidate = directory; candidate != null; candidate = candidate.getParent()) {
            if (Files.exists(candidate)) {
                return candidate.toRealPath();
            }
        }
        return directory;
    }

    /** The deepest mount point wins, and of several mounts on one point the last, which covers the others. */
    static @Nullable Mount find(List<String> mountinfo, Path directory) {
        Mount found = null;
        for (String line : mountinfo) {
            String[] fields = line.split(" ", -1);
            int separator = List.of(fields).indexOf("-");
            if (separator < 6 || separator + 3 >= fields.length) {
                continue;
            }
            String point = unescaped(fields[4]);
            if (directory.startsWith(point) && (found == null || point.length() >= found.point().length())) {
                found = new Mount(point, fields[separator + 3]);
            }
        }
        return found;
    }

    private static String unescaped(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\");
    }

    /** {@return whether a tmpfs gives files huge pages by itself, tmpfs(5)} */
    boolean usesHugePages() {
        String huge = option("huge");
        return "always".equals(huge) || "within_size".equals(huge);
    }

    /**
     * {@return the value of an option, or {@code null} if it is not set}
     *
     * @param name such as {@code size} or {@code huge}
     */
    @Nullable
    String option(String name) {
        for (String option : options.split(",", -1)) {
            if (option.startsWith(name + "=")) {
                return option.substring(name.length() + 1);
            }
        }
        return null;
    }
}
