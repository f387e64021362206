package io.resourcelink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/** What tests see of a directory in which others are at work. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
class SharedMemoryDirectoryTest {

    private static final int LOOKS = 5_000;

    @Test
    void aFileThatGoesDuringTheLookIsNotListed(Path directory) throws Exception {
        Path stage = Files.createDirectory(directory.resolve(".stage"));
        Files.createFile(stage.resolve("stays"));
        AtomicBoolean ended = new AtomicBoolean();
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<?> work = other.submit(() -> {
                while (!ended.get()) {
                    Files.delete(Files.createFile(stage.resolve("goes")));
                }
                return null;
            });
            try {
                for (int look = 0; look < LOOKS; look++) {
                    assertThat(SharedMemoryDirectory.files(directory)).contains(".stage/stays");
                }
            } finally {
                ended.set(true);
                work.get();
            }
        }
        Files.delete(stage.resolve("stays"));
        Files.delete(stage);
    }
}
