package io.resourcelink.boot.messaging.processes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.processes.Applications.Application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * A producer of large frames and a slow consumer, on a tmpfs of 300 MB in a mount name space of their own. Skipped where a user may not
 * make one.
 */
@Tag("slow")
@DisplayName("A slow consumer on a tmpfs of 300 MB (skipped where unshare --user --mount is not allowed)")
@Timeout(180)
class SlowConsumerIT {

    private static final int FRAMES = 40;
    private static final long FRAME = 25_000_000;
    private static final long ROOM = 300_000_000;
    /** Headers, directories and whole pages. */
    private static final long SMALL = 500_000;

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @TempDir
    private Path work;

    private Process mounted;
    private Applications applications;

    @BeforeEach
    void mount() throws Exception {
        try {
            mounted = new ProcessBuilder("unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                    "mount -t tmpfs -o size=$2 tmpfs \"$1\" && echo mounted && exec cat", "sh",
                    directories.memory().toString(), Long.toString(ROOM)).start();
        } catch (IOException _) {
            assumeThat(false).as("unshare is installed").isTrue();
        }
        assumeThat(mounted.inputReader().readLine()).as("unshare --user --mount works here").isEqualTo("mounted");
        applications = new Applications(directories, work, List.of("nsenter", "--user", "--mount",
                "--preserve-credentials", "--target", Long.toString(mounted.pid())));
    }

    @AfterEach
    void killAll() {
        if (applications != null) {
            applications.close();
        }
        if (mounted != null) {
            mounted.destroyForcibly().onExit().join();
        }
    }

    /**
     * One frame is on its way, and the sender has one more. For a moment, the memory of a frame that was handled is still mapped. A
     * quarter of the room may be kept to be given out again.
     */
    @Test
    void theProducerWaitsAndNeverRunsOutOfRoom() throws Exception {
        Application meter = applications.start(SpaceMeter.class);
        Application detector = applications.start(DetectorApplication.class, "test.work=60ms");
        Application camera = applications.start(CameraApplication.class, "test.threads=1", "test.requesters=0",
                "test.bytes=" + FRAME);
        meter.awaitEvent("started");
        detector.awaitEvents("handled", FRAMES);
        camera.tell("stop");
        camera.awaitEvent("stopped");
        detector.stop();
        camera.end();
        meter.tell("stop");
        assertThat(meter.process().waitFor()).isZero();

        assertThat(camera.events("error")).isEmpty();
        assertThat(camera.events("refused")).isEmpty();
        assertThat(camera.events("unhandled")).isEmpty();
        assertThat(detector.frames("handled")).containsExactlyElementsOf(camera.frames("sent"));
        assertThat(Long.parseLong(meter.events("used").getLast().get(1))).isGreaterThan(FRAME)
                .isLessThanOrEqualTo(3 * FRAME + ROOM / 4 + SMALL);
    }
}
