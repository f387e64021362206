package io.resourcelink.internal.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Builders;
import io.resourcelink.FixedClock;
import io.resourcelink.ForeignProcess;
import io.resourcelink.PeerProcess;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkFactoryBuilder;
import io.resourcelink.ResourceLinkListener;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.store.directory.Collector;
import io.resourcelink.internal.store.directory.DirectoryHost;
import io.resourcelink.internal.store.directory.SegmentDirectory;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Skipped;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SegmentState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Segments shared with a process that takes no locks: a Python script that knows the header's first 25 bytes and nothing of
 * this library. It ends itself after a minute, so no conversation with it hangs.
 */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(value = 100, unit = TimeUnit.SECONDS)
class ForeignHolderIT {

    @BeforeAll
    static void python() throws InterruptedException {
        ForeignProcess.assumeCanStart();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ResourceLinkFactory factory(Path directory) {
        return builder(directory).build();
    }

    /** As if it were the directory that such processes know, in which references are counted for them. */
    private static ResourceLinkFactoryBuilder builder(Path directory) {
        return Builders.withCommonDirectory(directory).directory(directory);
    }

    @Test
    void ourSegmentStaysWhileAForeignerHasItAndGoesWhenHeLeaves(Path directory) throws IOException {
        sharesWithAForeigner(directory, "frame");
    }

    @Test
    void theSameInTheNameSpaceOfAllPrograms() throws IOException {
        Path shared = Path.of("/dev/shm");
        String key = "ipc-test-" + UUID.randomUUID();
        try {
            sharesWithAForeigner(shared, key);
        } finally {
            Files.deleteIfExists(shared.resolve(key));
        }
    }

    /** Takes care not to sweep: the directory may be everybody's. */
    private static void sharesWithAForeigner(Path directory, String key) throws IOException {
        String path = directory.resolve(key).toString();
        try (ResourceLinkFactory factory = factory(directory); PeerProcess python = ForeignProcess.start()) {
            try (ResourceLink link = factory.create(key, 4096)) {
                link.writePayload(text("from-java"));
                assertThat(python.ask("acquire " + path)).isEqualTo("ok");
                assertThat(python.ask("count " + path)).isEqualTo("2");
                assertThat(link.refcount()).as("those counted by the kernel").isEqualTo(1);
                assertThat(link.info().headerCount()).isEqualTo(2);
            }
            assertThat(python.ask("count " + path)).isEqualTo("1");
            assertThat(factory.info(key).orElseThrow()).returns(0L, ResourceLinkInfo::refcount)
                    .returns(1L, ResourceLinkInfo::headerCount);
            assertThat(factory.list()).filteredOn(info -> info.key().equals(key)).extracting(
                    ResourceLinkInfo::headerCount).containsExactly(1L);
            assertThat(collect(factory, key)).isInstanceOfSatisfying(Verdict.Stays.class,
                    stays -> assertThat(stays.cause()).isEqualTo(Cause.HELD));
            assertThat(python.ask("read " + path + " 9")).isEqualTo("from-java");
            try (ResourceLink again = factory.acquire(key)) {
                assertThat(python.ask("write " + path + " from-python")).isEqualTo("ok");
                assertThat(again.readPayload(0, 11)).isEqualTo(text("from-python"));
            }
            assertThat(factory.info(key)).isPresent();

            assertThat(python.ask("leave " + path)).isEqualTo("ok");
            assertThat(collect(factory, key)).isInstanceOf(Verdict.Removed.class);
            assertThat(factory.info(key)).isEmpty();
        }
    }

    private static Verdict collect(ResourceLinkFactory factory, String key) {
        try (SegmentDirectory segments = SegmentDirectory.open(factory.directory(), ResourceKind.SHARED_MEMORY,
                SegmentClock.system(), FixedClock.TRUST, DirectoryHost.COMMON); CallFrame frame = new CallFrame()) {
            return new Collector(segments).collect(frame, key, Duration.ZERO, false);
        }
    }

    @Test
    void inADirectoryOfOursOnlyHeIsCountedAndIsFoundAllTheSame(Path directory) throws Exception {
        String path = directory.resolve("frame").toString();
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                PeerProcess python = ForeignProcess.start()) {
            try (ResourceLink link = factory.create("frame", 4096); ResourceLink _ = link.retain()) {
                assertThat(python.ask("acquire " + path)).isEqualTo("ok");
                assertThat(python.ask("count " + path)).isEqualTo("1");
            }
            assertThat(factory.collectOrphans(Duration.ZERO).skipped()).extracting(Skipped::cause)
                    .containsExactly(Cause.HELD);
            assertThat(python.ask("leave " + path)).isEqualTo("ok");
            assertThat(factory.collectOrphans(Duration.ZERO).collected()).extracting(Collected::key)
                    .containsExactly("frame");
        }
    }

    @Test
    void aKilledForeignerLeavesNothing(Path directory) throws Exception {
        String path = directory.resolve("frame").toString();
        try (ResourceLinkFactory factory = factory(directory); PeerProcess python = ForeignProcess.start()) {
            try (ResourceLink _ = factory.create("frame", 4096)) {
                assertThat(python.ask("acquire " + path)).isEqualTo("ok");
            }
            assertThat(factory.collectOrphans(Duration.ZERO).collected()).isEmpty();
            python.kill();
            assertThat(factory.collectOrphans(Duration.ZERO).collected()).extracting(Collected::key)
                    .containsExactly("frame");
        }
    }

    @Test
    void theWatcherCollectsWhatAKilledForeignerHeld(Path directory) throws Exception {
        CompletableFuture<Collected> collected = new CompletableFuture<>();
        ResourceLinkListener listener = new ResourceLinkListener() {
            @Override
            public void collected(Collected segment) {
                collected.complete(segment);
            }
        };
        try (ResourceLinkFactory factory = builder(directory).watch(true)
                .listener(listener).build(); PeerProcess python = ForeignProcess.start()) {
            try (ResourceLink _ = factory.create("frame", 4096)) {
                assertThat(python.ask("acquire " + directory.resolve("frame"))).isEqualTo("ok");
            }
            assertThat(factory.info("frame")).isPresent();
            python.kill();
            assertThat(collected.get(20, TimeUnit.SECONDS).key()).isEqualTo("frame");
        }
    }

    @Test
    void theKeyOfAKilledForeignerCanBeCreatedAgain(Path directory) throws Exception {
        try (ResourceLinkFactory factory = factory(directory); PeerProcess python = ForeignProcess.start()) {
            assertThat(python.ask("create " + directory.resolve("frame") + " 10")).isEqualTo("ok");
            python.kill();
            try (ResourceLink link = factory.create("frame", 20)) {
                assertThat(link.payloadSize()).isEqualTo(20);
            }
        }
    }

    @Test
    void aForeignSegmentIsReadWrittenAndLeftToItsCreator(Path directory) throws IOException {
        String path = directory.resolve("theirs").toString();
        try (ResourceLinkFactory factory = factory(directory); PeerProcess python = ForeignProcess.start()) {
            assertThat(python.ask("create " + path + " 4096")).isEqualTo("ok");
            assertThat(python.ask("write " + path + " from-python")).isEqualTo("ok");
            try (ResourceLink link = factory.acquire("theirs")) {
                assertThat(link.info().layout()).isZero();
                assertThat(link.info().ttl()).isNull();
                assertThat(link.refcount()).isEqualTo(1);
                assertThat(python.ask("count " + path)).isEqualTo("2");
                assertThat(link.readPayload(0, 11)).isEqualTo(text("from-python"));
                link.writePayload(text("from-java"));
            }
            assertThat(python.ask("count " + path)).isEqualTo("1");
            assertThat(python.ask("read " + path + " 9")).isEqualTo("from-java");
            assertThat(factory.collectOrphans(Duration.ZERO).skipped()).extracting(Skipped::cause)
                    .containsExactly(Cause.HELD);
            assertThat(python.ask("unlink " + path)).isEqualTo("ok");
            assertThat(factory.list()).isEmpty();
        }
    }

    @Test
    void aForeignCreatorThatUnlinksTakesNothingFromUs(Path directory) throws IOException {
        String path = directory.resolve("theirs").toString();
        try (ResourceLinkFactory factory = factory(directory); PeerProcess python = ForeignProcess.start()) {
            assertThat(python.ask("create " + path + " 4096")).isEqualTo("ok");
            assertThat(python.ask("write " + path + " precious")).isEqualTo("ok");
            try (ResourceLink link = factory.acquire("theirs")) {
                assertThat(python.ask("leave " + path)).isEqualTo("ok");
                assertThat(python.ask("unlink " + path)).isEqualTo("ok");

                assertThat(link.readPayload(0, 8)).isEqualTo(text("precious"));
                assertThat(link.info().state()).isEqualTo(SegmentState.RETIRED);
                assertThat(factory.tryAcquire("theirs")).isEmpty();
                try (ResourceLink next = factory.create("theirs", 10)) {
                    next.writePayload(text("next"));
                    link.writePayload(text("still"));
                    assertThat(next.readPayload(0, 4)).isEqualTo(text("next"));
                }
            }
        }
    }
}
