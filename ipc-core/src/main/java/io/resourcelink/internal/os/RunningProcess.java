package io.resourcelink.internal.os;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process of this machine, as proc(5) shows it. It may end at any time.
 *
 * @param directory its directory in the proc file system
 * @param pid its id in this process's pid namespace
 */
public record RunningProcess(Path directory, long pid) {

    /** More than any command line that a person reads. Another process may claim to have a larger one. */
    private static final int LONGEST = 1 << 20;

    /**
     * Lists the processes that this process may see, by id.
     *
     * @param proc where the proc file system is mounted
     * @return the processes
     * @throws IOException if it is not mounted there
     */
    public static List<RunningProcess> all(Path proc) throws IOException {
        try (Stream<Path> entries = Files.list(proc)) {
            return entries.filter(entry -> String.valueOf(entry.getFileName()).matches("[1-9]\\d*"))
                    .map(entry -> new RunningProcess(entry, Long.parseLong(String.valueOf(entry.getFileName()))))
                    .sorted(Comparator.comparingLong(RunningProcess::pid)).toList();
        }
    }

    /**
     * {@return its name for people, see {@link ProcessName}; empty if it has ended} The process itself says what its name is, so
     * the name proves nothing, and may contain any character.
     */
    public String name() {
        return ProcessName.of(List.of(read("cmdline").split("\0")), read("comm").strip());
    }

    private String read(String file) {
        try (InputStream in = Files.newInputStream(directory.resolve(file))) {
            return new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return "";
        }
    }
}
