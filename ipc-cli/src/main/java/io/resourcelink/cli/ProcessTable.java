package io.resourcelink.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.resourcelink.cli.Holdings.Holder;
import io.resourcelink.cli.Holdings.Holding;
import io.resourcelink.internal.os.MapsLine;
import io.resourcelink.internal.os.RunningProcess;
import io.resourcelink.segment.ResourceLinkInfo;

/**
 * The processes of this host, as /proc shows them. Files are compared by device and inode, so it does not matter under
 * which path another container has mounted the directory. A process that ends meanwhile holds nothing.
 */
final class ProcessTable {

    /** Which file it is, on any mount. */
    private record Identity(long device, long inode) {}

    private static final long KERNEL_THREAD = 0x20_0000;

    private final Path proc;
    private final Map<Identity, Integer> files = new HashMap<>();
    private final Set<Path> names = new HashSet<>();
    private final List<ResourceLinkInfo> segments = new ArrayList<>();
    private final List<List<Holder>> holders = new ArrayList<>();

    /**
     * A table without any segments.
     *
     * @param proc where the proc file system is mounted
     */
    ProcessTable(Path proc) {
        this.proc = proc;
    }

    /** A file, whatever its names. The device of stat(2) has its major and minor number in two parts each. */
    private static Optional<Identity> identity(Path file) {
        try {
            Map<String, Object> attributes = Files.readAttributes(file, "unix:dev,ino");
            long device = (Long) Objects.requireNonNull(attributes.get("dev"));
            long major = ((device >> 8) & 0xfff) | ((device >> 32) & ~0xfffL);
            long minor = (device & 0xff) | ((device >> 12) & 0xffff_ff00L);
            return Optional.of(
                    new Identity(major << 32 | minor, (Long) Objects.requireNonNull(attributes.get("ino"))));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Adds a segment whose holders are to be looked for. */
    void add(Path directory, ResourceLinkInfo segment) {
        int index = segments.size();
        segments.add(segment);
        holders.add(new ArrayList<>());
        try {
            Path file = directory.resolve(segment.key());
            identity(file).ifPresent(id -> {
                files.put(id, index);
                names.add(file.getFileName());
            });
        } catch (InvalidPathException _) {
            // A key that the JVM cannot write in the encoding of this locale: its holders stay unknown.
        }
    }

    /** Looks into every process, once. */
    Holdings scan() throws IOException {
        int unreadable = 0;
        if (!files.isEmpty()) {
            for (RunningProcess process : RunningProcess.all(proc)) {
                if (!scan(process)) {
                    unreadable++;
                }
            }
        }
        List<Holding> holdings = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            holdings.add(new Holding(segments.get(i), List.copyOf(holders.get(i))));
        }
        return new Holdings(holdings, unreadable);
    }

    /** Whether a process could be looked into, or need not be. */
    private boolean scan(RunningProcess running) {
        Path process = running.directory();
        try {
            Set<Integer> mapped = mapped(process);
            Set<Integer> open = open(process);
            Set<Integer> held = new HashSet<>(mapped);
            held.addAll(open);
            for (int index : held) {
                holders.get(index).add(
                        new Holder(running.pid(), running.name(), mapped.contains(index), open.contains(index)));
            }
            return true;
        } catch (IOException | UncheckedIOException | DirectoryIteratorException _) {
            return hasNoMemory(process);
        }
    }

    private Set<Integer> mapped(Path process) throws IOException {
        Set<Integer> mapped = new HashSet<>();
        try (Stream<String> lines = Files.lines(process.resolve("maps"), StandardCharsets.ISO_8859_1)) {
            lines.map(MapsLine::parse).filter(line -> line != null && line.shared())
                    .map(line -> files.get(new Identity(line.device(), line.inode()))).filter(Objects::nonNull)
                    .forEach(mapped::add);
        }
        return mapped;
    }

    /**
     * Only files with the name of a segment are asked for their inode: a file on a server that is gone would block. In the
     * process that created it, a segment is still listed by the number it had before it got a name.
     */
    private Set<Integer> open(Path process) throws IOException {
        Set<Integer> open = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (mayBeSegment(descriptor)) {
                    identity(descriptor).map(files::get).ifPresent(open::add);
                }
            }
        }
        return open;
    }

    private boolean mayBeSegment(Path descriptor) {
        try {
            Path name = Files.readSymbolicLink(descriptor).getFileName();
            return name != null && (names.contains(name) || name.toString().startsWith("#"));
        } catch (IOException _) {
            return false;
        }
    }

    /** Zombies, the kernel's own threads, and processes that have ended: proc_pid_stat(5), state and flags. */
    private static boolean hasNoMemory(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[0].equals("Z") || fields[0].equals("X")
                    || (Long.parseLong(fields[6]) & KERNEL_THREAD) != 0;
        } catch (IOException _) {
            return !Files.exists(process);
        }
    }
}
