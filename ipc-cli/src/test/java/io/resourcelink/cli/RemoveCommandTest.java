package io.resourcelink.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
class RemoveCommandTest {

    @Test
    void takesTheNameAndLeavesTheMemoryToItsHolders(Path directory) {
        byte[] content = "still here".getBytes(StandardCharsets.UTF_8);
        try (var factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink link = factory.create("frames", content.length)) {
            link.writePayload(content);

            CommandRun run = CommandRun.in(directory, "rm", "frames");

            assertThat(run).returns(0, CommandRun::exitCode).returns("removed frames\n", CommandRun::out);
            assertThat(factory.tryAcquire("frames")).isEmpty();
            assertThat(link.readPayload(0, content.length)).isEqualTo(content);
        }
    }

    @Test
    void aMissingSegmentFails(Path directory) {
        assertThat(CommandRun.in(directory, "rm", "frames")).returns(1, CommandRun::exitCode)
                .returns("", CommandRun::out).extracting(CommandRun::err).asString()
                .startsWith("error: No segment \"frames\" in " + directory);
    }
}
