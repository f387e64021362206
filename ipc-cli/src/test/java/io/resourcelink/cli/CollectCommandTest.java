package io.resourcelink.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.segment.CreateOptions;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
class CollectCommandTest {

    private ResourceLinkFactory factory;
    private ResourceLink held;

    /** A held segment, an orphan, and one that is kept. The orphan is a copy: a file with a header and no locks. */
    @BeforeEach
    void create(Path directory) throws IOException {
        factory = ResourceLinkFactory.builder().directory(directory).build();
        held = factory.create("held", 36);
        Files.copy(directory.resolve("held"), directory.resolve("orphan"));
        factory.create("kept", 36, CreateOptions.defaults().withKeep(true)).close();
    }

    @AfterEach
    void close() {
        held.close();
        factory.remove("kept");
        factory.remove("orphan");
        factory.close();
    }

    @Test
    void collectsWhatNobodyHolds(Path directory) {
        CommandRun run = CommandRun.in(directory, "gc");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("""
                RESULT     KEY     KIND           WHY           SIZE  DETAIL
                collected  orphan  shared-memory  unreferenced  100B  -
                skipped    held    shared-memory  held             -  -
                skipped    kept    shared-memory  kept             -  -
                1 collected, 100B freed, 2 skipped
                """);
        assertThat(factory.list()).extracting(info -> info.key()).containsExactly("held", "kept");
    }

    @Test
    void aDryRunRemovesNothing(Path directory) {
        CommandRun run = CommandRun.in(directory, "gc", "--dry-run");

        assertThat(run.lines()).contains("1 to collect, 100B to free, 2 skipped")
                .anyMatch(line -> line.matches("orphan +orphan +shared-memory +unreferenced +100B +-"));
        assertThat(factory.list()).hasSize(3);
    }

    @Test
    void jsonReportsEachAndTheSum(Path directory) {
        factory.remove("kept");

        assertThat(CommandRun.in(directory, "gc", "--json").out())
                .isEqualTo("""
                        {"collected":[{"key":"orphan","kind":"shared-memory","reason":"unreferenced","bytes":100}],\
                        "skipped":[{"key":"held","kind":"shared-memory","cause":"held","detail":""}],\
                        "bytes":100,"dryRun":false}
                        """);
        assertThat(CommandRun.in(directory, "gc", "--json", "--dry-run").out())
                .startsWith("{\"collected\":[],\"skipped\":[").endsWith("],\"bytes\":0,\"dryRun\":true}\n");
    }

    @Test
    void youngOrphansMayBeLeftAlone(Path directory) {
        CommandRun run = CommandRun.in(directory, "gc", "--max-age", "1h");

        assertThat(run.lines()).contains("0 collected, 0B freed, 3 skipped")
                .anyMatch(line -> line.matches("skipped +orphan +shared-memory +too-young +- +-"));
    }

    @Test
    void looksOnlyWhereItIsTold(Path directory) throws IOException {
        Path other = Files.createDirectory(directory.resolve(".other"));

        assertThat(CommandRun.in(other, "gc").out()).isEqualTo("0 collected, 0B freed, 0 skipped\n");
        assertThat(factory.list()).hasSize(3);
    }
}
