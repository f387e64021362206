package io.resourcelink.sample;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.resourcelink.sample.studio.FrameView;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The studio as it is shipped, and how it ends. */
class ExecutableJarIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

    private final List<Process> studios = new ArrayList<>();

    @TempDir
    private Path logs;
    private Path directory;

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createTempDirectory(Path.of("/dev/shm"), "sample-");
    }

    @AfterEach
    void endAndDeleteDirectory() throws IOException {
        studios.forEach(studio -> studio.destroyForcibly().onExit().join());
        OwnDirectory.delete(directory);
    }

    @Test
    void aStudioThatIsStoppedLeavesNothing() throws IOException {
        FrameView frame = new StudioClient(start()).add(picture());
        assertThat(OwnDirectory.segments(directory)).hasSize(2);

        studios.getLast().destroy();

        assertThat(studios.getLast().onExit()).succeedsWithin(PATIENCE);
        assertThat(ProcessHandle.of(frame.workerPid())).isEmpty();
        assertThat(OwnDirectory.segments(directory)).isEmpty();
    }

    @Test
    void aStudioThatIsKilledTakesItsWorkerAlongAndTheNextOneCleansUp() throws IOException {
        FrameView frame = new StudioClient(start()).add(picture());

        studios.getLast().destroyForcibly();

        await().atMost(PATIENCE).until(() -> ProcessHandle.of(frame.workerPid()).isEmpty());
        assertThat(OwnDirectory.segments(directory)).contains(frame.key());
        StudioClient next = new StudioClient(start());
        await().atMost(PATIENCE).until(() -> next.segments().isEmpty());
        studios.getLast().destroy();
        assertThat(studios.getLast().onExit()).succeedsWithin(PATIENCE);
    }

    private static byte[] picture() {
        return TestPictures.jpeg(TestPictures.draw(320, 200, BufferedImage.TYPE_INT_RGB));
    }

    /** Without a word about native access: the manifest grants it, or the studio does not start. */
    private RestTestClient start() throws IOException {
        Path log = logs.resolve("studio-" + studios.size() + ".log");
        Process studio = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--illegal-native-access=deny", "-jar", jar().toString(), "--server.port=0",
                "--ipc.directory=" + directory).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        studios.add(studio);
        String port = await().atMost(PATIENCE).failFast("The studio does not start", () -> !studio.isAlive())
                .until(() -> STARTED.matcher(Files.readString(log)).results().map(started -> started.group(1))
                        .findAny(),
                        Optional::isPresent)
                .orElseThrow();
        return RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
    }

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().matches("sample-app-[0-9.]+(-SNAPSHOT)?\\.jar"))
                    .findAny().orElseThrow();
        }
    }
}
