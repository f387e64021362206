package io.resourcelink.cli;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
class AcquireCommandTest {

    @Test
    void holdsAsManyReferencesAsAskedFor(Path directory) {
        try (var factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink link = factory.create("frames", 10)) {
            CommandRun run = CommandRun.holding(directory, () -> assertThat(link.refcount()).isEqualTo(4), "acquire",
                    "frames", "--count", "3");

            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).isEqualTo("acquired frames kind=shared-memory refcount=4 payloadSize=10 ttl=-\n");
            assertThat(link.refcount()).isEqualTo(1);
        }
    }

    @Test
    void theLastOneOutRemovesTheSegment(Path directory) {
        try (var factory = ResourceLinkFactory.builder().directory(directory).build()) {
            ResourceLink link = factory.create("frames", 10);

            CommandRun run = CommandRun.holding(directory, link::close, "acquire", "frames", "--json");

            assertThat(run.out()).startsWith("{\"event\":\"acquired\",\"key\":\"frames\",").contains("\"refcount\":2,");
            assertThat(factory.list()).isEmpty();
        }
    }

    @Test
    void aMissingSegmentFails(Path directory) {
        assertThat(CommandRun.in(directory, "acquire", "frames")).returns(1, CommandRun::exitCode)
                .returns("", CommandRun::out).extracting(CommandRun::err).asString().startsWith("error: No segment ");
    }

    @Test
    void lessThanOneReferenceIsWrongUsage(Path directory) {
        assertThat(CommandRun.in(directory, "acquire", "frames", "--count", "0")).returns(2, CommandRun::exitCode)
                .extracting(CommandRun::err)
                .isEqualTo("""
                        error: Invalid value for option '--count': 0 is less than 1
                        Try 'ipc acquire --help'.
                        """);
    }
}
