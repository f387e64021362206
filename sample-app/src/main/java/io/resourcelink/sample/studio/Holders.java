package io.resourcelink.sample.studio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLinkFactory;

/**
 * Which of the studio's own processes hold which segment, as {@code /proc} says. The kernel lists the locks of an open file with the
 * file ({@code /proc/PID/fdinfo}), and a reference is a locked byte from 2<sup>62</sup> on. Thread-safe.
 */
@Component
final class Holders {

    private static final long REFERENCES = 1L << 62;

    private final ResourceLinkFactory segments;
    private final Workers workers;

    Holders(ResourceLinkFactory segments, Workers workers) {
        this.segments = segments;
        this.workers = workers;
    }

    /**
     * A process with a reference.
     *
     * @param pid its id
     * @param name what it is
     */
    record Holder(long pid, String name) {}

    /** {@return the holders by inode of the segment's file} A process that ends meanwhile holds nothing. */
    Map<Long, List<Holder>> byInode() {
        Map<Long, List<Holder>> found = new HashMap<>();
        add(new Holder(ProcessHandle.current().pid(), "studio"), found);
        for (Worker worker : workers.all()) {
            add(new Holder(worker.pid(), "worker"), found);
        }
        return found;
    }

    long inode(String key) {
        try {
            return (Long) Files.getAttribute(segments.directory().resolve(key), "unix:ino");
        } catch (IOException _) {
            return -1;
        }
    }

    private void add(Holder holder, Map<Long, List<Holder>> found) {
        Path process = Path.of("/proc", Long.toString(holder.pid()));
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (isHere(descriptor)
                        && hasReference(process.resolve("fdinfo").resolve(descriptor.getFileName()))) {
                    long inode = (Long) Files.getAttribute(descriptor, "unix:ino");
                    List<Holder> holders = found.computeIfAbsent(inode, _ -> new ArrayList<>());
                    if (!holders.contains(holder)) {
                        holders.add(holder);
                    }
                }
            }
        } catch (IOException | UncheckedIOException | DirectoryIteratorException _) {
            // It has ended.
        }
    }

    /** A file that was made without a name is listed under its number. */
    private boolean isHere(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(segments.directory());
        } catch (IOException _) {
            return false;
        }
    }

    /** The line is {@code lock: 1: OFDLCK ADVISORY WRITE -1 00:1a:1234 4611686018427387904 4611686018427387904}. */
    private static boolean hasReference(Path info) {
        try {
            for (String line : Files.readAllLines(info, StandardCharsets.ISO_8859_1)) {
                String[] words = line.split("\\s+", -1);
                if (words[0].equals("lock:") && words.length > 7 && words[4].equals("WRITE")
                        && Long.parseLong(words[7]) >= REFERENCES) {
                    return true;
                }
            }
        } catch (IOException _) {
            // It is closed.
        }
        return false;
    }
}
