package io.resourcelink.internal.os;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The files that the processes of this machine have mapped, from one look at {@code /proc/<pid>/maps}, proc_pid_maps(5). The
 * look sees what was mapped before it and still is; it may or may not see what changes meanwhile. It takes about a tenth of a
 * millisecond for each process, more for large ones. Immutable.
 *
 * <p>It does not see processes outside this pid namespace and those below it.
 */
public final class ProcessMaps {

    private static final Path PROC = Path.of("/proc");
    private static final Pattern PID = Pattern.compile("[1-9][0-9]*");
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final Pattern HIDING = Pattern.compile("hidepid=(2|4|invisible|ptraceable)");

    /** {@code CAP_DAC_OVERRIDE}, capabilities(7): opens every file. */
    private static final long OPENS_ALL = 1L << 1;

    private final Set<MappedFile> mapped = new HashSet<>();
    private final Set<Long> mappedInodes = new HashSet<>();
    private final List<Unseen> unseen = new ArrayList<>();

    private record MappedFile(long device, long inode) {}

    /** A process whose mappings this one may not see: its user ids, and whether it may open the files of all users. */
    private record Unseen(Set<Integer> users, boolean opensAll) {

        static final Unseen ANY = new Unseen(Set.of(), true);

        boolean mayOpen(FileStatus file) {
            return opensAll || users.contains(file.owner());
        }
    }

    private ProcessMaps() {}

    /** {@return the mappings of all processes that are shown to this one, at this moment} */
    public static ProcessMaps read() {
        return read(PROC);
    }

    /**
     * Reads another tree than {@code /proc}.
     *
     * @param proc where it is
     * @return the mappings of all processes in it
     */
    public static ProcessMaps read(Path proc) {
        ProcessMaps maps = new ProcessMaps();
        boolean found = false;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc)) {
            for (Path process : processes) {
                if (PID.matcher(String.valueOf(process.getFileName())).matches()) {
                    found = true;
                    maps.add(process);
                }
            }
        } catch (IOException | DirectoryIteratorException _) {
            found = false;
        }
        if (!found || hidesProcesses(proc)) {
            maps.unseen.add(Unseen.ANY);
        }
        return maps;
    }

    /** The proc file system can be mounted so that it does not list processes of other users, proc(5). */
    private static boolean hidesProcesses(Path proc) {
        try (BufferedReader mounts = text(proc.resolve("self/mounts"))) {
            return mounts.lines().map(line -> SPACES.split(line, -1))
                    .anyMatch(fields -> fields.length > 3 && fields[1].equals("/proc")
                            && fields[2].equals("proc") && HIDING.matcher(fields[3]).find());
        } catch (IOException | UncheckedIOException _) {
            return false;
        }
    }

    private static BufferedReader text(Path file) throws IOException {
        return new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.ISO_8859_1));
    }

    /**
     * Adds one process. If its main thread has ended and others still run, its own entry shows no memory, but those of its
     * threads do. A kernel thread or a process that has ended has no memory.
     */
    private void add(Path process) {
        if (addMappings(process)) {
            return;
        }
        Status status = Status.read(process);
        if (status == null) {
            return;
        }
        if (status.hasMemory()) {
            unseen.add(status.unseen());
        } else if (status.threads() > 1) {
            addThreads(process, status);
        }
    }

    private void addThreads(Path process, Status status) {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : threads) {
                if (addMappings(thread)) {
                    return;
                }
            }
        } catch (IOException | DirectoryIteratorException _) {
            // Unless the process has ended, it could have any file mapped.
        }
        if (Status.read(process) != null) {
            unseen.add(status.unseen());
        }
    }

    /** Returns whether there were any. */
    private boolean addMappings(Path process) {
        boolean any = false;
        try (BufferedReader maps = text(process.resolve("maps"))) {
            for (String line = maps.readLine(); line != null; line = maps.readLine()) {
                any = true;
                add(line);
            }
            return any;
        } catch (IOException _) {
            return false;
        }
    }

    private void add(String line) {
        MapsLine mapping = MapsLine.parse(line);
        if (mapping != null) {
            mapped.add(new MappedFile(mapping.device(), mapping.inode()));
            mappedInodes.add(mapping.inode());
        }
    }

    /**
     * {@return whether a process has a file mapped, this one included}
     *
     * @param file the file's state
     */
    public boolean isMapped(FileStatus file) {
        return mapped.contains(new MappedFile(file.device(), file.inode()));
    }

    /**
     * {@return whether a process has a file with this inode number mapped, on any device} For file systems whose mappings are
     * listed under another device than statx(2) returns, such as btrfs.
     *
     * @param file the file's state
     */
    public boolean isInodeMapped(FileStatus file) {
        return mappedInodes.contains(file.inode());
    }

    /**
     * {@return whether there are processes that this one may not look into and that could have opened a file for writing:
     * processes of its owner, and privileged ones}
     *
     * @param file the file's state
     */
    public boolean mayBeMappedUnseen(FileStatus file) {
        return unseen.stream().anyMatch(process -> process.mayOpen(file));
    }

    /** What every user may know about a process, proc_pid_status(5). */
    private record Status(boolean hasMemory, int threads, Unseen unseen) {

        /** Returns {@code null} if it has ended. */
        static @Nullable Status read(Path process) {
            boolean memory = false;
            int threads = 1;
            Set<Integer> users = new HashSet<>();
            boolean opensAll = false;
            try (BufferedReader status = text(process.resolve("status"))) {
                for (String line = status.readLine(); line != null; line = status.readLine()) {
                    String[] fields = SPACES.split(line.strip(), -1);
                    switch (fields[0]) {
                        case "VmSize:" -> memory = true;
                        case "Threads:" -> threads = Integer.parseInt(fields[1]);
                        case "Uid:" -> {
                            for (int field = 1; field < fields.length; field++) {
                                users.add(Integer.parseUnsignedInt(fields[field]));
                            }
                        }
                        case "CapEff:" -> opensAll = (Long.parseUnsignedLong(fields[1], 16) & OPENS_ALL) != 0;
                        default -> {
                        }
                    }
                }
            } catch (IOException _) {
                return Files.exists(process.resolve("status")) ? new Status(true, 1, Unseen.ANY) : null;
            }
            return new Status(memory, threads, new Unseen(Set.copyOf(users), opensAll));
        }
    }
}
