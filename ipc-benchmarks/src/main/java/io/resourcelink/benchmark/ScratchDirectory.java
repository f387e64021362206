package io.resourcelink.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

import io.resourcelink.LeakDetection;
import io.resourcelink.ResourceLinkFactory;

/**
 * A directory in shared memory that only this benchmark uses, and that is removed with all that is in it. One within
 * another has a short name, as the paths of sockets may not be long.
 */
public final class ScratchDirectory implements AutoCloseable {

    /** Bytes of a payload where its size does not matter. */
    static final int PAYLOAD = 4096;

    /** The property that says in which directory all of a run's directories are made, if not in shared memory's root. */
    static final String PARENT = "benchmark.directory";

    private static final Path ROOT = Path.of("/dev/shm");
    private static final String PREFIX = "ipc-benchmark-";
    private static final FileAttribute<?> FOR_ITS_OWNER = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path path;

    /** Makes one where the run has its directories, or in shared memory's root. */
    ScratchDirectory() throws IOException {
        String parent = System.getProperty(PARENT);
        this.path = parent == null ? Files.createTempDirectory(ROOT, PREFIX) : within(Path.of(parent));
    }

    /**
     * Makes one within another.
     *
     * @param parent the other
     * @throws IOException if it cannot
     */
    public ScratchDirectory(Path parent) throws IOException {
        this.path = within(parent);
    }

    private static Path within(Path parent) throws IOException {
        for (int number = 0;; number++) {
            try {
                return Files.createDirectory(parent.resolve(Integer.toString(number)), FOR_ITS_OWNER);
            } catch (FileAlreadyExistsException _) {
                // Somebody else's, and perhaps from now on.
            }
        }
    }

    /** {@return where it is} */
    public Path path() {
        return path;
    }

    /** Makes one for a benchmark's state, which cannot be made if that fails. */
    static ScratchDirectory open() {
        try {
            return new ScratchDirectory();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a factory whose segments are here. It keeps no stacks, so that nothing is measured but the operations. */
    ResourceLinkFactory factory() {
        return ResourceLinkFactory.builder().directory(path).leakDetection(LeakDetection.OFF).build();
    }

    /** Removes it. What somebody else removes at the same time is fine. */
    @Override
    public void close() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> found = Files.walk(path)) {
            for (Path file : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e.getCause();
            }
        }
    }
}
