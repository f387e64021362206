package io.resourcelink.benchmark.messaging;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The harness of the benchmark of requests, with the ways that start fast and two JVMs. */
class RequestSmokeIT {

    @Test
    void everyWayBringsTheReplies(@TempDir Path directory) throws Exception {
        Path out = directory.resolve("results.json");
        Path shared = Files.createTempDirectory(Path.of("/dev/shm"), "ipc-test-");
        try {
            Requester.main(new String[]{ "smoke", out.toString(), shared.toString() });
        } finally {
            Files.delete(shared);
        }

        assertThat(Files.readString(out)).contains(Ways.forSmoke().stream().map(Way::name).toList());
    }
}
