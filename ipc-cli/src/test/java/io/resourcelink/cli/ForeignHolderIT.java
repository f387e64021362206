package io.resourcelink.cli;

import java.nio.file.Path;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.ForeignProcess;
import io.resourcelink.PeerProcess;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

/** What the command shows of a segment that a process uses which takes no locks. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(100)
class ForeignHolderIT {

    @BeforeAll
    static void python() throws InterruptedException {
        ForeignProcess.assumeCanStart();
    }

    @Test
    void segmentThatOnlySuchAProcessUsesIsNotShownAsFree(Path directory) throws Exception {
        String path = directory.resolve("frame").toString();
        try (var factory = ResourceLinkFactory.builder().directory(directory).build();
                PeerProcess foreign = ForeignProcess.start()) {
            try (ResourceLink _ = factory.create("frame", 4096)) {
                assertThat(foreign.ask("acquire " + path)).isEqualTo("ok");
            }
            assertShown(directory, 0, 1);
            assertThat(CommandRun.in(directory, "gc").out()).contains("0 collected", "a process that has it open");
            try (ResourceLink link = factory.acquire("frame"); ResourceLink _ = link.retain()) {
                assertShown(directory, 2, 1);
            }
            assertThat(foreign.ask("leave " + path)).isEqualTo("ok");
            assertThat(CommandRun.in(directory, "gc").out()).contains("1 collected");
            assertThat(factory.list()).isEmpty();
        }
    }

    private static void assertShown(Path directory, int refcount, int headerCount) {
        assertThat(CommandRun.in(directory, "ls").lines()).last().asString()
                .matches("frame +shared-memory +" + refcount + " +" + headerCount + " .*");
        assertThat(CommandRun.in(directory, "ls", "--json").out())
                .contains("\"refcount\":" + refcount + ",\"headerCount\":" + headerCount + ",");
        assertThat(CommandRun.in(directory, "info", "frame").lines()).contains("refcount:     " + refcount,
                "header count: " + headerCount);
        assertThat(CommandRun.in(directory, "info", "frame", "--json").out())
                .contains("\"refcount\":" + refcount + ",\"headerCount\":" + headerCount + ",");
    }
}
