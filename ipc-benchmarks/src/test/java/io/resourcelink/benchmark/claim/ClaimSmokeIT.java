package io.resourcelink.benchmark.claim;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The harness of the benchmark of claims, with small payloads and without Kafka, which takes long to start. */
@EnabledIfSystemProperty(named = "ipc.thorough", matches = "true")
class ClaimSmokeIT {

    @Test
    void everyWayBringsThePayload(@TempDir Path directory) throws Exception {
        Path out = directory.resolve("results.json");
        Path shared = Files.createTempDirectory(Path.of("/dev/shm"), "ipc-test-");
        try {
            Receiver.main(new String[]{ "smoke", out.toString(), shared.toString() });
        } finally {
            Files.delete(shared);
        }

        List<String> ways = Receiver.ways().stream().filter(way -> !way.equals(Way.KAFKA.label())).toList();
        assertThat(Files.readString(out)).contains(ways);
    }
}
