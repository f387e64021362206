package io.resourcelink.benchmark.handoff;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.resourcelink.benchmark.CProgram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/** The program in C that hands payloads over, if there is a compiler. */
class SizeFloorTest {

    private Path directory;

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createTempDirectory(Path.of("/dev/shm"), "ipc-test-");
    }

    /** Which fails if the program has left something. */
    @AfterEach
    void removeDirectory() throws IOException {
        Files.delete(directory);
    }

    private CProgram program() throws Exception {
        Optional<CProgram> program = CProgram.start(SizeComparison.SOURCE, List.of(directory.toString()));
        assumeThat(program).as("a C compiler is installed").isPresent();
        return program.orElseThrow();
    }

    @Test
    void payloadsOfOneSizeAndOfRandomSizesAreHandedOver() throws Exception {
        try (CProgram program = program()) {
            assertThat(program.ask("segments 65536 65536 20")).isPositive();
            assertThat(program.ask("segments 64 1048576 20")).isPositive();
        }
    }

    @Test
    void aSizeThatNoFileHasEndsIt() throws Exception {
        try (CProgram program = program()) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> program.ask("segments 100 200 1"))
                    .withMessageContaining("segments 100 200 1");
        } finally {
            Files.deleteIfExists(directory.resolve(".stage"));
        }
    }
}
