package io.resourcelink.boot.messaging.processes;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process has done: a file with a line for each event. Each line is one write, so a process that is killed leaves whole
 * lines, and an interrupt loses none. Thread-safe.
 */
final class Journal implements AutoCloseable {

    private final FileOutputStream file;

    Journal(Path path) throws IOException {
        this.file = new FileOutputStream(path.toFile(), true);
    }

    void write(Object... words) {
        StringBuilder line = new StringBuilder();
        for (Object word : words) {
            line.append(word.toString().replace(' ', '_')).append(' ');
        }
        try {
            file.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** {@return the lines that a process has written so far, as words} */
    static List<List<String>> read(Path path) {
        try {
            return Files.exists(path)
                    ? Files.readAllLines(path).stream().map(line -> List.of(line.split(" "))).toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
