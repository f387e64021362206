package io.resourcelink.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A directory in shared memory for one seed. Closing it removes it with all that is in it.
 *
 * @param path its path
 */
public record Scratch(Path path) implements AutoCloseable {

    private static final Path ROOT = Path.of("/dev/shm");
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    static {
        // For a campaign that is interrupted.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Scratch::tryDelete)));
    }

    /**
     * Makes a directory.
     *
     * @return the directory
     * @throws IOException if it cannot
     */
    public static Scratch make() throws IOException {
        Scratch made = new Scratch(Files.createTempDirectory(ROOT, "ipc-campaign-"));
        OPEN.add(made.path);
        return made;
    }

    /**
     * Makes a directory below it.
     *
     * @param name its name
     * @return its path
     * @throws IOException if it cannot
     */
    public Path directory(String name) throws IOException {
        return Files.createDirectories(path.resolve(name));
    }

    /**
     * Notes each file that is left below a directory as a violation.
     *
     * @param name the directory
     * @param outcome where it is noted
     * @throws IOException if it cannot be read
     */
    public void expectNothing(String name, Outcome outcome) throws IOException {
        try (Stream<Path> left = Files.walk(path.resolve(name))) {
            left.filter(file -> !Files.isDirectory(file))
                    .forEach(file -> outcome.violation("left: " + path.relativize(file)));
        }
    }

    @Override
    public void close() throws IOException {
        delete(path);
        OPEN.remove(path);
    }

    private static void tryDelete(Path directory) {
        try {
            delete(directory);
        } catch (IOException e) {
            System.err.println(directory + " stays: " + e);
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(directory)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }
}
