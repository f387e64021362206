package io.resourcelink.boot.test.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.util.FileSystemUtils;

/** The directories of one context. They exist from before its first bean until after its last one. */
final class PrivateDirectories implements DisposableBean {

    private static final String PREFIX = "ipc-test-";
    private static final Path TMPFS = Path.of("/dev/shm");

    private final Path memory;
    private final Path files;

    PrivateDirectories() {
        try {
            // Off Linux, segments are in process, and no directory is used.
            this.memory = Files.isDirectory(TMPFS)
                    ? Files.createTempDirectory(TMPFS, PREFIX)
                    : Files.createTempDirectory(PREFIX);
            this.files = Files.createTempDirectory(PREFIX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, Object> properties() {
        return Map.of("ipc.directory", memory.toString(), "ipc.mapped-file-directory", files.toString(),
                "ipc.channels.directory", memory.resolve(".channels").toString());
    }

    @Override
    public void destroy() throws IOException {
        FileSystemUtils.deleteRecursively(memory);
        FileSystemUtils.deleteRecursively(files);
    }
}
