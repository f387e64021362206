package io.resourcelink.benchmark.handoff;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import io.resourcelink.benchmark.Measurement;
import io.resourcelink.benchmark.Rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

/** The harness of random sizes: two JVMs, and the program in C, if there is a compiler. */
@EnabledIfSystemProperty(named = "ipc.thorough", matches = "true")
class SizeComparisonIT {

    @Test
    void everyWayBringsWhatWasSent() throws Exception {
        Path shared = Files.createTempDirectory(Path.of("/dev/shm"), "ipc-test-");
        try {
            List<Measurement> measured = SizeComparison.measure(shared, 3, new Rounds(SizeComparison.PART, false), 1);

            assertThat(measured).extracting(Measurement::subject, Measurement::way, Measurement::unit)
                    .contains(tuple(SizeComparison.DRAWN, "recycled", SizeComparison.OVER_EQUAL),
                            tuple(SizeComparison.DRAWN, "recycled", SizeComparison.OVER_SOCKET),
                            tuple(SizeComparison.DRAWN, "fresh", SizeComparison.OVER_SOCKET));
            assertThat(measured).allSatisfy(figure -> assertThat(figure.value()).isNotNegative());
            assertThat(measured.stream().anyMatch(figure -> figure.way().equals(SizeComparison.FLOOR)))
                    .as("the program in C was measured").isEqualTo(isCompilerInstalled());
        } finally {
            Files.delete(shared);
        }
    }

    private static boolean isCompilerInstalled() throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v cc gcc clang").redirectOutput(Redirect.DISCARD).start()
                .waitFor() == 0;
    }
}
