package io.resourcelink.benchmark.channel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.benchmark.Mode;
import io.resourcelink.channel.Channel;

import static org.assertj.core.api.Assertions.assertThat;

/** The harness of the benchmarks of messages, with two JVMs. */
class ChannelSmokeIT {

    private interface Program {
        void main(String[] arguments) throws Exception;
    }

    private static String results(Program program, Path directory, String... more) throws Exception {
        Path out = directory.resolve("results.json");
        Path shared = Files.createTempDirectory(Path.of("/dev/shm"), "ipc-test-");
        try {
            List<String> arguments = new ArrayList<>(List.of("smoke", out.toString(), shared.toString()));
            arguments.addAll(List.of(more));
            program.main(arguments.toArray(String[]::new));
        } finally {
            Files.delete(shared);
        }
        return Files.readString(out);
    }

    /** The older version is this one, from a directory of its own. */
    @Test
    void everyWayBringsWhatWasSent(@TempDir Path directory) throws Exception {
        List<String> ways = Ways.forSmoke().stream().map(Way::name).toList();
        Path classes = Path.of(Channel.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path older = Files.createSymbolicLink(directory.resolve("older"), classes);

        assertThat(results(Caller::main, directory, older.toString())).contains(ways)
                .contains(OlderVersion.name(Mode.ASLEEP), OlderVersion.name(Mode.SPINNING), Caller.OLDERS_TIME,
                        Caller.OLDERS_RATE)
                .contains(Caller.BYTES, Caller.WAKE_UPS_ONE_WAY,
                        Caller.SOCKETS_TIME, Caller.SOCKETS_RATE, Caller.DEFAULTS_RATE);
    }

    @Test
    void idleProcessesAreCountedWithAndWithoutAConnection(@TempDir Path directory) throws Exception {
        assertThat(results(Idle::main, directory)).contains(Idle.NOTHING, Idle.ABOVE_NOTHING);
    }
}
