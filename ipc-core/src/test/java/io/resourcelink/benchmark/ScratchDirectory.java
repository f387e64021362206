package io.resourcelink.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

import io.resourcelink.LeakDetection;
import io.resourcelink.ResourceLinkFactory;

/** A directory in shared memory that only this benchmark uses, and that is removed with all that is in it. */
public final class ScratchDirectory implements AutoCloseable {

    /** Bytes of a payload where its size does not matter. */
    static final int PAYLOAD = 4096;

    /** The property that says in which directory all of a run's directories are made, if not in shared memory's root. */
    static final String PARENT = "benchmark.directory";

    private static final String PREFIX = "ipc-benchmark-";

    private final Path path;

    /** Makes one where the run has its directories. */
    ScratchDirectory() {
        this(Path.of(System.getProperty(PARENT, "/dev/shm")));
    }

    /**
     * Makes one.
     *
     * @param parent in which directory
     */
    public ScratchDirectory(Path parent) {
        try {
            this.path = Files.createTempDirectory(parent, PREFIX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return where it is} */
    public Path path() {
        return path;
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
