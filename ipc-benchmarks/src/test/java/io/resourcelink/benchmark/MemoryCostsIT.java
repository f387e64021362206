package io.resourcelink.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The harness that measures what open things take. */
class MemoryCostsIT {

    @Test
    void everythingIsOpenedAndClosed(@TempDir Path directory) throws Exception {
        Path out = directory.resolve("results.json");
        Path shared = Files.createTempDirectory(Path.of("/dev/shm"), "ipc-test-");
        try {
            MemoryCosts.main(new String[]{ "smoke", out.toString(), shared.toString() });
        } finally {
            Files.delete(shared);
        }

        assertThat(Files.readString(out)).contains(MemoryCosts.LINK, MemoryCosts.RETAINED, MemoryCosts.SUBCHANNEL,
                MemoryCosts.CHANNEL, MemoryCosts.CONNECTION, MemoryCosts.SENDER);
    }
}
