package io.resourcelink.cli;

import java.nio.file.Path;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
class InfoCommandTest {

    @Test
    void showsOnePropertyALine(Path directory) {
        try (var factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink link = factory.create("frames", 4096)) {
            CommandRun run = CommandRun.in(directory, "info", "frames");

            assertThat(run.exitCode()).isZero();
            assertThat(run.lines()).allMatch(line -> line.matches("[a-z ]+: +\\S.*")).contains("key:          frames",
                    "kind:         shared-memory", "refcount:     1", "header count: 0", "ttl:          -",
                    "expired:      no",
                    "size:         4160 (4.0KiB)", "payload size: 4096 (4.0KiB)",
                    "created at:   " + link.createdAt(), "state:        open", "keep:         no", "layout:       1",
                    "nonce:        " + HexFormat.of().toHexDigits(link.nonce()),
                    "creator pid:  " + ProcessHandle.current().pid())
                    .anyMatch(line -> line.startsWith("held by:      " + ProcessHandle.current().pid() + " "));
        }
    }

    @Test
    void jsonIsOneObject(Path directory) {
        try (var factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink link = factory.create("frames", 0)) {
            assertThat(CommandRun.in(directory, "info", "frames", "--json").out())
                    .startsWith(
                            "{\"key\":\"frames\",\"kind\":\"shared-memory\",\"refcount\":1,\"headerCount\":0,\"ageMillis\":")
                    .contains(",\"ttlMillis\":null,\"expired\":false,\"size\":64,\"payloadSize\":0,\"createdAt\":\""
                            + link.createdAt() + "\",\"state\":\"open\",\"layout\":1,\"nonce\":\""
                            + HexFormat.of().toHexDigits(link.nonce())
                            + "\",\"holders\":[{\"pid\":"
                            + ProcessHandle.current().pid() + ",\"name\":\"");
        }
    }

    @Test
    void aMissingSegmentFails(Path directory) {
        assertThat(CommandRun.in(directory, "info", "frames")).returns(1, CommandRun::exitCode)
                .returns("", CommandRun::out).extracting(CommandRun::err).asString()
                .startsWith("error: No segment \"frames\" in " + directory);
    }
}
