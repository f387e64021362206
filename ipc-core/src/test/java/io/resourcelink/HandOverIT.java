package io.resourcelink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;

import static org.assertj.core.api.Assertions.assertThat;

/** A segment in the hands of several JVMs. */
@ExtendWith(SharedMemoryDirectory.class)
class HandOverIT {

    @Test
    void theCreatorLeavesFirstAndTheLastOneOutUnlinks(Path directory) throws IOException {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                PeerProcess creator = PeerProcess.start(directory);
                PeerProcess consumer = PeerProcess.start(directory)) {
            assertThat(creator.ask("create frame 4096")).isEqualTo("ok");
            assertThat(creator.ask("write frame hello")).isEqualTo("ok");
            assertThat(refcount(factory)).isEqualTo(1);

            assertThat(consumer.ask("acquire frame")).isEqualTo("ok");
            assertThat(refcount(factory)).isEqualTo(2);
            assertThat(consumer.ask("refcount frame")).isEqualTo("2");

            assertThat(creator.ask("release frame")).isEqualTo("ok");
            assertThat(refcount(factory)).isEqualTo(1);
            assertThat(consumer.ask("read frame 5")).isEqualTo("hello");

            try (ResourceLink late = factory.acquire("frame")) {
                assertThat(late.refcount()).isEqualTo(2);
                assertThat(consumer.ask("release frame")).isEqualTo("ok");
                assertThat(late.refcount()).isEqualTo(1);
                assertThat(late.readPayload(0, 5)).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
                assertThat(factory.collectOrphans(Duration.ZERO).collected()).isEmpty();
            }
            assertThat(factory.info("frame")).isEmpty();
            assertThat(consumer.ask("acquire frame")).startsWith("SegmentNotFoundException");
        }
    }

    @Test
    void theKernelForgetsAllReferencesOfAKilledHolder(Path directory) throws Exception {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink mine = factory.create("tensor", 100);
                ResourceLink mineAgain = mine.retain();
                PeerProcess killed = PeerProcess.start(directory);
                PeerProcess survivor = PeerProcess.start(directory)) {
            for (int handle = 0; handle < 5; handle++) {
                assertThat(killed.ask("acquire tensor")).isEqualTo("ok");
                assertThat(refcount(factory)).isEqualTo(3 + handle);
            }
            assertThat(survivor.ask("acquire tensor")).isEqualTo("ok");
            assertThat(mineAgain.refcount()).isEqualTo(8);
            assertThat(killed.ask("release tensor")).isEqualTo("ok");
            assertThat(mine.refcount()).isEqualTo(7);

            killed.kill();

            assertThat(mine.refcount()).isEqualTo(3);
            assertThat(survivor.ask("refcount tensor")).isEqualTo("3");
            assertThat(factory.collectOrphans(Duration.ZERO).collected()).isEmpty();
        }
    }

    @Test
    void anOrphanOfAKilledCreatorIsCollectedOrReplaced(Path directory) throws Exception {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                PeerProcess creator = PeerProcess.start(directory)) {
            assertThat(creator.ask("create one 10")).isEqualTo("ok");
            assertThat(creator.ask("create two 20")).isEqualTo("ok");
            creator.kill();

            assertThat(factory.list()).extracting(ResourceLinkInfo::refcount).containsExactly(0L, 0L);
            try (ResourceLink replaced = factory.create("one", 30)) {
                assertThat(replaced.payloadSize()).isEqualTo(30);
                OrphanReport report = factory.collectOrphans(Duration.ZERO);
                assertThat(report.collected()).containsExactly(new OrphanReport.Collected("two",
                        ResourceKind.SHARED_MEMORY, OrphanReport.Reason.UNREFERENCED, 84));
                assertThat(report.bytes()).isEqualTo(84);
                assertThat(report.skipped()).extracting(OrphanReport.Skipped::cause)
                        .containsExactly(OrphanReport.Cause.HELD);
            }
        }
    }

    private static long refcount(ResourceLinkFactory factory) {
        return factory.info("frame").or(() -> factory.info("tensor")).orElseThrow().refcount();
    }
}
