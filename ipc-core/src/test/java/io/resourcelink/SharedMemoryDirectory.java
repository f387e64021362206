package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import io.resourcelink.internal.os.Descriptors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gives each test a directory of its own in shared memory, as a parameter of type {@link Path}, and fails the test if it
 * leaves a file, an open descriptor or a mapping there.
 */
public final class SharedMemoryDirectory implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(SharedMemoryDirectory.class);

    private static final String PROPERTY = "ipc.test.directory";

    /** Who sets the property removes what a JVM leaves there that is ended in the middle of a test. */
    private static final Path ROOT = Path.of(System.getProperty(PROPERTY, "/dev/shm"));
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** For the extension registry. */
    public SharedMemoryDirectory() {}

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        // The path of a socket has 107 bytes at most, and that of another root may be long.
        String name = System.getProperty(PROPERTY) == null
                ? "ipc-test-" + context.getTestMethod().map(Method::getName).orElse("test") + "-"
                : "";
        Files.createDirectories(ROOT);
        context.getStore(NAMESPACE).put(Path.class, Files.createTempDirectory(ROOT, name));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Path.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return directory(context);
    }

    private static Path directory(ExtensionContext context) {
        return Objects.requireNonNull(context.getStore(NAMESPACE).get(Path.class, Path.class));
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        Path directory = directory(context);
        Deadline.await(PATIENCE, () -> hasNothingOpen(directory));
        List<String> files = files(directory);
        List<String> descriptors = openDescriptors(directory);
        List<String> mappings = mappings(directory);
        delete(directory);
        if (context.getExecutionException().isEmpty()) {
            assertThat(files).as("files left behind").isEmpty();
            assertThat(descriptors).as("descriptors left open").isEmpty();
            assertThat(mappings).as("mappings left").isEmpty();
        }
    }

    /** Memory that was let go of is unmapped and closed some milliseconds later. */
    private static boolean hasNothingOpen(Path directory) {
        try {
            return openDescriptors(directory).isEmpty() && mappings(directory).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return the names of all files below a directory} A file that another thread or process removes meanwhile is not listed.
     *
     * @param directory the directory
     * @throws IOException if it cannot be read
     */
    public static List<String> files(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                names.add(directory.relativize(file).toString());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException && !file.equals(directory)) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
        Collections.sort(names);
        return names;
    }

    /**
     * {@return the targets of this process's descriptors that lie in a directory}
     *
     * @param directory the directory
     * @throws IOException if it cannot be read
     */
    public static List<String> openDescriptors(Path directory) throws IOException {
        return Descriptors.open().entrySet().stream().filter(file -> file.getValue().startsWith(directory.toString()))
                .map(file -> file.getKey() + " -> " + file.getValue()).toList();
    }

    /**
     * {@return the lines of this process's memory map that name a file in a directory}
     *
     * @param directory the directory
     * @throws IOException if it cannot be read
     */
    public static List<String> mappings(Path directory) throws IOException {
        return Descriptors.mappings(directory + "/");
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
