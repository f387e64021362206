package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.OrphanReport.Skipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Processes of one host in different time namespaces agree on the age of a segment. */
@ExtendWith(SharedMemoryDirectory.class)
class TimeNamespaceIT {

    private static final List<String> AHEAD = List.of("unshare", "--user", "--map-root-user", "--time", "--boottime",
            "100000");

    @BeforeAll
    static void namespaces() throws Exception {
        Process process = new ProcessBuilder("sh", "-c", String.join(" ", AHEAD) + " true").redirectErrorStream(true)
                .start();
        process.getInputStream().readAllBytes();
        assumeTrue(process.waitFor() == 0, "unshare --user --time is refused here");
    }

    @Test
    void aKeptSegmentIsNotExpiredForAProcessWhoseClockIsAhead(Path directory) throws Exception {
        CreateOptions kept = CreateOptions.defaults().withKeep(true).withTtl(Duration.ofHours(1));
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build()) {
            factory.create("kept", 8, kept).close();
            try (PeerProcess ahead = PeerProcess.start(Peer.class, AHEAD, directory.toString())) {
                ahead.expect("ready");
                assertThat(ahead.ask("collect all")).isEqualTo("0");
            }
            assertThat(factory.collectOrphans(Duration.ZERO).skipped()).extracting(Skipped::key)
                    .containsExactly("kept");
            assertThat(factory.remove("kept")).isTrue();
        }
    }

    @Test
    void aSegmentThatWasMadeAheadIsAsOldHere(Path directory) throws Exception {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                PeerProcess ahead = PeerProcess.start(Peer.class, AHEAD, directory.toString())) {
            ahead.expect("ready");
            assertThat(ahead.ask("create frame 8")).isEqualTo("ok");
            Deadline.await(Duration.ofSeconds(30), () -> !factory.info("frame").orElseThrow().age().isZero());
            assertThat(factory.info("frame").orElseThrow().age()).isLessThan(Duration.ofHours(20));
            assertThat(ahead.ask("release frame")).isEqualTo("ok");
        }
    }
}
