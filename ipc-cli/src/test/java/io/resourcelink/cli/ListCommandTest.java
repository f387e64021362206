package io.resourcelink.cli;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
class ListCommandTest {

    @TempDir
    private Path disk;

    @Test
    void nothingIsListedAsNothing(Path directory) {
        assertThat(CommandRun.in(directory, "ls")).returns(0, CommandRun::exitCode).returns("", CommandRun::out);
    }

    @Test
    void segmentsAreATableSortedByKey(Path directory) {
        try (var factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink b = factory.create("b", 1 << 20);
                ResourceLink a = factory.create("a\tfirst", 100);
                ResourceLink again = b.retain()) {
            CommandRun run = CommandRun.in(directory, "ls");

            assertThat(run.exitCode()).isZero();
            assertThat(run.lines()).hasSize(3);
            assertThat(run.lines().get(0)).matches("KEY +KIND +REFCOUNT +HEADER-COUNT +AGE +TTL +EXPIRED +SIZE");
            assertThat(run.lines().get(1)).matches("a\\\\tfirst  shared-memory +1 +0 +\\S+ +- +no +164B");
            assertThat(run.lines().get(2)).matches("b +shared-memory +2 +0 +\\S+ +- +no +1\\.0MiB");
            assertThat(a.refcount() + again.refcount()).isEqualTo(3);
        }
    }

    @Test
    void jsonHasEveryNameAndPlainNumbers(Path directory) {
        try (var factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink link = factory.create("key", 5)) {
            CommandRun run = CommandRun.in(directory, "ls", "--json");

            assertThat(run.out().replaceFirst("\"ageMillis\":\\d+", "\"ageMillis\":0")).isEqualTo(
                    """
                            {"segments":[{"key":"key","kind":"shared-memory","refcount":1,"headerCount":0,"ageMillis":0,\
                            "ttlMillis":null,"expired":false,"size":69,"payloadSize":5,"createdAt":"%s","state":"open","layout":1}]}
                            """
                            .formatted(link.createdAt()));
        }
    }

    @Test
    void aNamedKindIsTheOnlyOneListed(Path directory) {
        try (var factory = ResourceLinkFactory.builder().directory(directory).mappedFileDirectory(disk).build();
                ResourceLink memory = factory.create("memory", 1);
                ResourceLink file = factory.create("file", 1,
                        CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE))) {
            assertThat(CommandRun.in(disk, "ls", "--kind", "mapped-file").lines()).hasSize(2).last().asString()
                    .startsWith("file  mapped-file");
            assertThat(CommandRun.in(directory, "ls", "--kind", "shared-memory").lines()).hasSize(2).last().asString()
                    .startsWith("memory  shared-memory");
            assertThat(memory.refcount()).isEqualTo(file.refcount()).isEqualTo(1);
        }
    }

    @Test
    void whatIsNoSegmentIsLeftOut(Path directory) throws Exception {
        Path stranger = Files.writeString(directory.resolve("notes.txt"), "x".repeat(100));

        assertThat(CommandRun.in(directory, "ls").out()).isEmpty();
        Files.delete(stranger);
    }
}
