package io.resourcelink.benchmark.channel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The harness of the benchmarks of messages, with two JVMs. */
class ChannelSmokeIT {

    private interface Program {
        void main(String[] arguments) throws Exception;
    }

    private static String results(Program program, Path directory) throws Exception {
        Path out = directory.resolve("results.json");
        Path shared = Files.createTempDirectory(Path.of("/dev/shm"), "ipc-test-");
        try {
            program.main(new String[]{ "smoke", out.toString(), shared.toString() });
        } finally {
            Files.delete(shared);
        }
        return Files.readString(out);
    }

    @Test
    void everyWayBringsWhatWasSent(@TempDir Path directory) throws Exception {
        List<String> ways = Ways.forSmoke().stream().map(Way::name).toList();

        assertThat(results(Caller::main, directory)).contains(ways).contains(Caller.BYTES, Caller.WAKE_UPS_ONE_WAY,
                Caller.SOCKETS_TIME, Caller.SOCKETS_RATE, Caller.DEFAULTS_RATE);
    }

    @Test
    void idleProcessesAreCountedWithAndWithoutAConnection(@TempDir Path directory) throws Exception {
        assertThat(results(Idle::main, directory)).contains(Idle.NOTHING, Idle.ABOVE_NOTHING);
    }
}
