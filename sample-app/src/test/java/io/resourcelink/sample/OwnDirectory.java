package io.resourcelink.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gives a test class a directory of its own in shared memory, and fails it if anything is left there in the end, or in that of its far host:
 * a segment, or a process that uses it. Stands
 * before {@code @SpringBootTest}, so that the directory is there before the application and looked at after it has closed;
 * and needs {@code @DirtiesContext}, so that it does close.
 */
final class OwnDirectory implements BeforeAllCallback, AfterAllCallback {

    private static final String PROPERTY = "ipc.directory";

    /** The present test's directory. */
    static Path path() {
        return Path.of(System.getProperty(PROPERTY));
    }

    /** The names of the segments in it. */
    static List<String> segments() {
        return segments(path());
    }

    /** Without those that workers hold for as long as they run. */
    static List<String> segments(Path directory) {
        return names(directory).stream().filter(name -> !name.startsWith("worker-")).toList();
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        System.setProperty(PROPERTY, Files.createTempDirectory(Path.of("/dev/shm"), "sample-").toString());
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        Path directory = path();
        System.clearProperty(PROPERTY);
        assertThat(processes(directory)).as("processes left behind").isEmpty();
        expectEmpty(directory);
        Path far = Path.of(directory + "-far");
        if (Files.exists(far)) {
            expectEmpty(far);
        }
    }

    /** The command lines that name the directory, or that of its far host. Workers of a far studio are nobody's children without it. */
    private static List<String> processes(Path directory) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes.filter(process -> process.getFileName().toString().matches("\\d+"))
                    .map(OwnDirectory::commandLine).filter(line -> line.contains("--ipc.directory=" + directory))
                    .toList();
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1).replace('\0', ' ');
        } catch (IOException _) {
            return "";
        }
    }

    private static void expectEmpty(Path directory) throws IOException {
        assertThat(names(directory)).as("segments left behind").isEmpty();
        delete(directory);
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
