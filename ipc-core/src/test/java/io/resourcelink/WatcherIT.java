package io.resourcelink;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Collected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** What killed processes leave is collected although nobody sweeps. */
@ExtendWith(SharedMemoryDirectory.class)
class WatcherIT {

    private final BlockingQueue<Collected> collected = new LinkedBlockingQueue<>();

    private ResourceLinkFactory watching(Path directory) {
        return ResourceLinkFactory.builder().directory(directory).watch(true).listener(new ResourceLinkListener() {
            @Override
            public void collected(Collected orphan) {
                collected.add(orphan);
            }
        }).build();
    }

    @Test
    void theSegmentsOfAKilledProcessGoByThemselves(Path directory) throws Exception {
        try (ResourceLinkFactory factory = watching(directory); PeerProcess peer = PeerProcess.start(directory)) {
            for (int segment = 0; segment < 20; segment++) {
                assertThat(peer.ask("create frame-" + segment + " 100000")).isEqualTo("ok");
            }
            assertThat(factory.list()).hasSize(20);
            peer.kill();
            for (int segment = 0; segment < 20; segment++) {
                assertThat(collected.poll(30, TimeUnit.SECONDS)).isNotNull();
            }
            assertThat(factory.list()).isEmpty();
        }
    }

    @Test
    void whatAKilledProcessKeptForItsNextSegmentsGoesByItself(Path directory) throws Exception {
        try (ResourceLinkFactory factory = watching(directory);
                PeerProcess dying = PeerProcess.start(directory);
                PeerProcess living = PeerProcess.start(directory)) {
            for (PeerProcess peer : List.of(dying, living)) {
                for (String key : List.of("first", "second")) {
                    assertThat(peer.ask("publish " + key + " 100000")).isEqualTo("ok");
                    assertThat(peer.ask("release " + key)).isEqualTo("ok");
                }
            }
            assertThat(factory.list()).isEmpty();
            assertThat(SharedMemoryDirectory.files(directory)).hasSize(2)
                    .allSatisfy(file -> assertThat(file).asString().startsWith(".stage/"));
            dying.kill();
            assertThat(collected.poll(30, TimeUnit.SECONDS)).extracting(Collected::reason)
                    .isEqualTo(OrphanReport.Reason.UNFINISHED);
            assertThat(SharedMemoryDirectory.files(directory)).as("the other's").hasSize(1);
        }
    }

    @Test
    void aFileThatIsKeptHereUnderAnOlderKeyGoesByItself(Path directory) throws Exception {
        try (ResourceLinkFactory factory = watching(directory); PeerProcess peer = PeerProcess.start(directory)) {
            for (String key : List.of("first", "second")) {
                assertThat(peer.ask("publish " + key + " 100000")).isEqualTo("ok");
                try (ResourceLink link = factory.acquire(key)) {
                    assertThat(link.payload().byteSize()).isEqualTo(100_000);
                }
                assertThat(peer.ask("release " + key)).isEqualTo("ok");
            }
            assertThat(peer.ask("publish third 100000")).isEqualTo("ok");
            Reclaimer.reclaimNow();
            peer.kill();
            Path stage = directory.resolve(".stage");
            Deadline.awaitTrue("all of its files are gone", () -> factory.list().isEmpty() && isEmpty(stage));
            assertThat(collected).extracting(Collected::key).contains("third");
        }
    }

    private static boolean isEmpty(Path place) {
        String[] names = place.toFile().list();
        return names == null || names.length == 0;
    }

    @Test
    void aSegmentThatAnotherProcessHoldsStays(Path directory) throws Exception {
        try (ResourceLinkFactory factory = watching(directory);
                PeerProcess creator = PeerProcess.start(directory);
                PeerProcess holder = PeerProcess.start(directory)) {
            assertThat(creator.ask("create held 100")).isEqualTo("ok");
            assertThat(creator.ask("create dropped 100")).isEqualTo("ok");
            assertThat(holder.ask("acquire held")).isEqualTo("ok");
            creator.kill();
            assertThat(collected.poll(30, TimeUnit.SECONDS)).extracting(Collected::key).isEqualTo("dropped");
            assertThat(factory.info("held").orElseThrow().refcount()).isOne();
            holder.kill();
            assertThat(collected.poll(30, TimeUnit.SECONDS)).extracting(Collected::key).isEqualTo("held");
        }
    }

    @Test
    void processesOfOtherNameSpacesAreSeenThroughTheSharedMount(Path directory) throws Exception {
        List<String> container = List.of("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child");
        assumeThat(works(container)).as("unshare --user --pid works here").isTrue();
        try (ResourceLinkFactory factory = watching(directory);
                PeerProcess peer = PeerProcess.start(Peer.class, container, directory.toString())) {
            peer.expect("ready");
            assertThat(peer.ask("create frame 100")).isEqualTo("ok");
            assertThat(peer.ask("acquire frame")).isEqualTo("ok");
            assertThat(factory.info("frame").orElseThrow().refcount()).isEqualTo(2);
            peer.kill();
            assertThat(collected.poll(30, TimeUnit.SECONDS)).extracting(Collected::key).isEqualTo("frame");
        }
    }

    private static boolean works(List<String> command) throws InterruptedException {
        try {
            return new ProcessBuilder(Stream.concat(command.stream(), Stream.of("true"))
                    .toList()).start().waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void aConsumerWaitsForWhatAnotherProcessWillCreate(Path directory) throws Exception {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                PeerProcess peer = PeerProcess.start(directory)) {
            Thread creating = Thread.ofVirtual().start(() -> peer.ask("create late 100"));
            try (ResourceLink late = factory.acquire("late", Duration.ofSeconds(30))) {
                assertThat(late.payloadSize()).isEqualTo(100);
                creating.join();
                assertThat(late.refcount()).isEqualTo(2);
            }
        }
    }

    @Test
    void whatWasLeftBeforeTheWatchBeganIsCollectedWhenItBegins(Path directory) throws Exception {
        try (PeerProcess peer = PeerProcess.start(directory)) {
            assertThat(peer.ask("create early 100")).isEqualTo("ok");
            peer.kill();
            try (ResourceLinkFactory factory = watching(directory)) {
                assertThat(collected.poll(30, TimeUnit.SECONDS)).extracting(Collected::key).isEqualTo("early");
                assertThat(factory.list()).isEmpty();
            }
        }
    }
}
