package io.resourcelink.sample;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.ServerSocket;
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
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.resourcelink.sample.studio.FrameView;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The studio as it is shipped, and how it ends. */
class ExecutableJarIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** A JVM that lives for some seconds does not gain from its second compiler. */
    private static final String QUICK = "-XX:TieredStopAtLevel=1";
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
    @EnabledIfSystemProperty(named = "ipc.thorough", matches = "true")
    void aStudioThatIsKilledTakesItsWorkerAlongAndTheNextOneCleansUp() throws IOException {
        FrameView frame = new StudioClient(start()).add(picture());

        killAndStartTheNext(frame, 1);
    }

    @Test
    @EnabledIfSystemProperty(named = "ipc.thorough", matches = "true")
    void aStudioThatIsKilledTakesItsViewersAlongAndTheNextOneCleansUp() throws IOException {
        int broker = freePort();
        Path far = Path.of(directory + "-far");
        FrameView frame = new StudioClient(
                start(QUICK, "-DCLAIMS_SECRET=c2l4dHktZm91ciBieXRlcyB0aGF0IG5vYm9keSBzaG91bGQgdXNl",
                        "-Dspring.profiles.active=two-hosts", "-Dhosts.broker=tcp://127.0.0.1:" + broker,
                        "-Dhosts.far-port=" + freePort(),
                        "-Dhosts.viewer-options=-XX:TieredStopAtLevel=1", "-jar", jar().toString()))
                .add(picture());
        await().atMost(PATIENCE).until(() -> Files.readString(log()).split("takes claims", -1).length > 2);

        killAndStartTheNext(frame, 4);
        assertThat(OwnDirectory.segments(far)).as("segments of the far host, which was switched off").isEmpty();
        OwnDirectory.delete(far);
    }

    private void killAndStartTheNext(FrameView frame, int children) throws IOException {
        Process studio = studios.getLast();
        List<ProcessHandle> processes = await().atMost(PATIENCE)
                .until(() -> studio.descendants().toList(), found -> found.size() == children);

        studio.destroyForcibly();

        await().atMost(PATIENCE).until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(OwnDirectory.segments(directory)).contains(frame.key());
        StudioClient next = new StudioClient(start(QUICK, "--illegal-native-access=deny", "-jar", jar().toString(),
                "--studio.workers=0"));
        await().atMost(PATIENCE).until(() -> next.segments().isEmpty());
        studios.getLast().destroy();
        assertThat(studios.getLast().onExit()).succeedsWithin(PATIENCE);
    }

    @Test
    @EnabledIfSystemProperty(named = "ipc.thorough", matches = "true")
    void anExtractedStudioStartsFromACacheOfItsClasses() throws Exception {
        Path extracted = logs.resolve("studio");
        run("-Djarmode=tools", "-jar", jar().toString(), "extract", "--destination", extracted.toString());
        Path studio = extracted.resolve(jar().getFileName());
        Path cache = logs.resolve("studio.aot");
        run("-XX:AOTCacheOutput=" + cache, "-Dspring.context.exit=onRefresh", "-jar", studio.toString(),
                "--server.port=0", "--ipc.directory=" + directory);
        Path classes = logs.resolve("classes.log");

        FrameView frame = new StudioClient(start("-XX:AOTCache=" + cache, "-XX:AOTMode=on",
                "-Xlog:class+load:file=" + classes, "-jar", studio.toString())).add(picture());

        assertThat(ProcessHandle.of(frame.workerPid())).isPresent();
        assertThat(classes).content().contains("io.resourcelink.ResourceLinkFactory source: shared objects file",
                "io.resourcelink.internal.os.Libc source: shared objects file",
                "io.resourcelink.boot.autoconfigure.IpcAutoConfiguration source: shared objects file");
        assertThat(classes).content().as("without its profile, nothing of the broker")
                .doesNotContain("org.apache.activemq");
        assertThat(log()).content().doesNotContainIgnoringCase("native access").doesNotContain("restricted method");
        studios.getLast().destroy();
        assertThat(studios.getLast().onExit()).succeedsWithin(PATIENCE);
    }

    @Test
    void aLoadOfWhichWorkersAreKilledIsAnsweredAndLeavesNothing() throws IOException {
        String said = run(QUICK, "--illegal-native-access=deny", "-jar", jar().toString(),
                "--spring.profiles.active=load",
                "--load.frames=30", "--load.kill-every=10", "--studio.workers=2",
                "--studio.worker-options=-XX:TieredStopAtLevel=1", "--server.port=0", "--ipc.directory=" + directory);
        assertThat(said).contains("30 answered, 0 lost; 2 workers killed", "0 segments left");
        assertThat(OwnDirectory.segments(directory)).isEmpty();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static byte[] picture() {
        return TestPictures.jpeg(TestPictures.draw(320, 200, BufferedImage.TYPE_INT_RGB));
    }

    /** Without a word about native access: the manifest grants it, or the studio does not start. */
    private RestTestClient start() throws IOException {
        return start(QUICK, "--illegal-native-access=deny", "-jar", jar().toString());
    }

    private RestTestClient start(String... options) throws IOException {
        List<String> command = java("-Dstudio.workers=1");
        command.addAll(List.of(options));
        command.addAll(List.of("--server.port=0",
                "--studio.worker-options=-XX:TieredStopAtLevel=1", "--ipc.directory=" + directory));
        studios.add(new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(logs.resolve("studio-" + studios.size() + ".log").toFile()).start());
        Process studio = studios.getLast();
        String port = await().atMost(PATIENCE).failFast("The studio does not start", () -> !studio.isAlive())
                .until(() -> STARTED.matcher(Files.readString(log())).results().map(started -> started.group(1))
                        .findAny(),
                        Optional::isPresent)
                .orElseThrow();
        return RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
    }

    /** What the studio that was started last has said. */
    private Path log() {
        return logs.resolve("studio-" + (studios.size() - 1) + ".log");
    }

    /** Runs a JVM to its end, and returns what it has said. */
    private String run(String... options) throws IOException {
        Path log = logs.resolve("run.log");
        Process process = new ProcessBuilder(java(options)).redirectErrorStream(true).redirectOutput(log.toFile())
                .start();
        studios.add(process);
        assertThat(process.onExit()).succeedsWithin(PATIENCE);
        String said = Files.readString(log);
        assertThat(process.exitValue()).as(said).isZero();
        studios.remove(process);
        return said;
    }

    private static List<String> java(String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        return command;
    }

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().matches("sample-app-[0-9.]+(-SNAPSHOT)?\\.jar"))
                    .findAny().orElseThrow();
        }
    }
}
