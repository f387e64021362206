package io.resourcelink.benchmark.handoff;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The harness of the hand-off benchmark, with every way of this library and two JVMs. */
class HandOffSmokeIT {

    @Test
    void everyWayOfOursBringsWhatWasSent(@TempDir Path directory) throws Exception {
        Path out = directory.resolve("results.json");
        Path shared = Files.createTempDirectory(Path.of("/dev/shm"), "ipc-test-");
        try {
            Producer.main(new String[]{ "smoke", "true", out.toString(), shared.toString(), "-" });
        } finally {
            Files.delete(shared);
        }

        assertThat(Files.readString(out)).contains(Ways.ours());
        assertThat(List.of(Files.readString(out).split("\"way\" : \"copy\"", -1))).hasSize(2);
    }
}
