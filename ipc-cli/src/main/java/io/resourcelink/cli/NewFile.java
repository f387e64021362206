package io.resourcelink.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file that appears under its name complete or not at all. It is written beside its destination, under a hidden name,
 * and moved over it at the end. A destination that is a device, a pipe or the like is written to as it stands: moving a
 * file over {@code /dev/null} would replace it for everybody.
 */
final class NewFile {

    private final Path destination;
    private final Path written;

    /**
     * Decides where to write; touches nothing.
     *
     * @param destination the file's name to be; through a symbolic link, the file it points at is meant
     * @throws NoSuchFileException if there is no directory for it
     */
    NewFile(Path destination) throws IOException {
        boolean exists = Files.exists(destination);
        this.destination = exists ? destination.toRealPath() : destination.toAbsolutePath();
        Path directory = this.destination.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new NoSuchFileException(destination.toString(), null, "its directory does not exist");
        }
        String hidden = "." + this.destination.getFileName() + "."
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        this.written = exists && !Files.isRegularFile(destination) ? this.destination : directory.resolve(hidden);
    }

    OutputStream open() throws IOException {
        return isInPlace()
                ? Files.newOutputStream(written, StandardOpenOption.WRITE)
                : Files.newOutputStream(written, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    }

    /** Gives the file its name, replacing one that has it. */
    void publish() throws IOException {
        if (!isInPlace()) {
            Files.move(written, destination, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Removes what was written, unless it was published. */
    void discard() {
        try {
            if (!isInPlace()) {
                Files.deleteIfExists(written);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isInPlace() {
        return written.equals(destination);
    }
}
