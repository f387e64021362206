package io.resourcelink;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.OrphanReport.Cause;
import io.resourcelink.OrphanReport.Collected;
import io.resourcelink.OrphanReport.Reason;
import io.resourcelink.OrphanReport.Skipped;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.os.CallFrame;
import io.resourcelink.os.Directory;
import io.resourcelink.os.Directory.Access;
import io.resourcelink.os.OpenFile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

@ExtendWith(SharedMemoryDirectory.class)
class CollectorTest {

    private final FixedClock clock = new FixedClock();
    private ResourceLinkFactory factory;

    @BeforeEach
    void build(Path directory) {
        factory = ResourceLinkFactory.builder().directory(directory).mappedFileDirectory(directory.resolve("none"))
                .clock(clock).build();
    }

    @AfterEach
    void close() {
        factory.close();
    }

    /** What a killed process leaves: a segment that nobody holds. Made by copying the file of a live one. */
    private void orphan(String key, CreateOptions options) throws IOException {
        try (ResourceLink link = factory.create("template", 36, options)) {
            Path file = factory.directory().resolve("template");
            Files.copy(file, file.resolveSibling(key));
            assertThat(link.refcount()).isOne();
            factory.remove("template");
        }
    }

    @Test
    void whatNobodyHoldsIsCollectedOnceItIsOldEnough() throws IOException {
        orphan("dead", CreateOptions.defaults());
        clock.advance(59_999);
        assertThat(factory.collectOrphans(Duration.ofSeconds(60)).skipped())
                .containsExactly(new Skipped("dead", ResourceKind.SHARED_MEMORY, Cause.TOO_YOUNG, ""));
        clock.advance(1);
        OrphanReport report = factory.collectOrphans(Duration.ofSeconds(60));
        assertThat(report.collected())
                .containsExactly(new Collected("dead", ResourceKind.SHARED_MEMORY, Reason.UNREFERENCED, 100));
        assertThat(report.bytes()).isEqualTo(100);
        assertThat(factory.list()).isEmpty();
    }

    @Test
    void whatIsHeldStaysHoweverOldAndExpired() {
        try (ResourceLink link = factory.create("held", 1, CreateOptions.defaults().withTtl(Duration.ofMillis(1)))) {
            clock.advance(1_000_000_000);
            assertThat(link.isExpired()).isTrue();
            OrphanReport report = factory.collectOrphans(Duration.ZERO);
            assertThat(report.collected()).isEmpty();
            assertThat(report.skipped())
                    .containsExactly(new Skipped("held", ResourceKind.SHARED_MEMORY, Cause.HELD, "1 reference"));
        }
    }

    @Test
    void whatIsKeptStaysUntilItsTimeToLiveIsOver() {
        CreateOptions options = CreateOptions.defaults().withKeep(true).withTtl(Duration.ofMillis(500));
        factory.create("kept", 36, options).close();
        assertThat(factory.info("kept").orElseThrow().refcount()).isZero();
        clock.advance(499);
        assertThat(factory.collectOrphans(Duration.ZERO).skipped()).extracting(Skipped::cause)
                .containsExactly(Cause.KEPT);
        assertThatExceptionOfType(SegmentAlreadyExistsException.class).isThrownBy(() -> factory.create("kept", 1))
                .withMessageContaining("to be kept");
        factory.acquire("kept").close();
        clock.advance(1);
        assertThat(factory.collectOrphans(Duration.ZERO).collected()).extracting(Collected::reason)
                .containsExactly(Reason.EXPIRED);
    }

    @Test
    void theLastReleaseOfAnExpiredKeptSegmentRemovesIt() {
        CreateOptions options = CreateOptions.defaults().withKeep(true).withTtl(Duration.ofMillis(500));
        ResourceLink link = factory.create("kept", 36, options);
        clock.advance(500);
        link.close();
        assertThat(factory.list()).isEmpty();
    }

    @Test
    void aDryRunRemovesNothing() throws IOException {
        orphan("dead", CreateOptions.defaults());
        assertThat(factory.findOrphans(Duration.ZERO).collected()).extracting(Collected::key).containsExactly("dead");
        assertThat(factory.collectOrphans(Duration.ZERO).collected()).extracting(Collected::key)
                .containsExactly("dead");
    }

    @Test
    void whatIsNoSegmentIsReportedAndLeftAlone(Path directory) throws IOException {
        Files.write(directory.resolve("text"),
                "no segment at all, but longer than the header of one is, by some bytes".getBytes(
                        StandardCharsets.US_ASCII));
        Files.write(directory.resolve("short"), new byte[63]);
        Files.createSymbolicLink(directory.resolve("link"), Path.of("text"));
        Files.createDirectory(directory.resolve("folder"));
        orphan("dead", CreateOptions.defaults());

        OrphanReport report = factory.collectOrphans(Duration.ZERO);

        assertThat(report.collected()).extracting(Collected::key).containsExactly("dead");
        assertThat(report.skipped()).extracting(Skipped::key, Skipped::cause).containsExactlyInAnyOrder(
                tuple("text", Cause.INVALID),
                tuple("short", Cause.INVALID),
                tuple("link", Cause.INVALID),
                tuple("folder", Cause.INVALID));
        assertThat(factory.list()).isEmpty();
        for (String name : new String[]{ "text", "short", "link", "folder" }) {
            assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(() -> factory.acquire(name));
            assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(() -> factory.remove(name));
            assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(() -> factory.info(name));
            assertThatExceptionOfType(SegmentAlreadyExistsException.class).isThrownBy(() -> factory.create(name, 1));
            Files.delete(directory.resolve(name));
        }
    }

    @Test
    void onlyTheInodeInHandIsEverUnlinked(Path directory) throws Exception {
        orphan("key", CreateOptions.defaults());
        try (SegmentDirectory segments = SegmentDirectory.open(directory, ResourceKind.SHARED_MEMORY, clock, Set.of());
                CallFrame frame = new CallFrame();
                OpenFile old = Objects.requireNonNull(segments.open(frame, "key", Access.USE))) {
            SegmentHeader known = segments.header(frame, old, old.status(frame).size());
            Files.delete(directory.resolve("key"));
            try (ResourceLink _ = factory.create("key", 5)) {
                assertThat(new Collector(segments).unlinkUnheld(frame, "key", old, known, Duration.ZERO))
                        .isEqualTo(new Collector.Outcome.Gone());
                assertThat(factory.info("key").orElseThrow().payloadSize()).isEqualTo(5);
            }
        }
    }

    @Test
    void anotherIncarnationOfTheSameFileIsNotUnlinked(Path directory) throws Exception {
        orphan("key", CreateOptions.defaults());
        try (SegmentDirectory segments = SegmentDirectory.open(directory, ResourceKind.SHARED_MEMORY, clock, Set.of());
                CallFrame frame = new CallFrame();
                OpenFile file = Objects.requireNonNull(segments.open(frame, "key", Access.USE))) {
            SegmentHeader known = segments.header(frame, file, file.status(frame).size());
            frame.buffer().copyFrom(MemorySegment.ofArray(
                    ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(known.nonce() + 1).array()));
            file.write(frame, frame.buffer().asSlice(0, 8), SegmentHeader.NONCE_OFFSET);
            assertThat(new Collector(segments).unlinkUnheld(frame, "key", file, known, Duration.ZERO))
                    .isEqualTo(new Collector.Outcome.Gone());
        }
        assertThat(factory.collectOrphans(Duration.ZERO).collected()).hasSize(1);
    }

    @Test
    void whoeverIsTurnedAwayByALockedNameReportsItBusy(Path directory) throws Exception {
        orphan("key", CreateOptions.defaults());
        try (Directory raw = Directory.open(directory, 0700);
                CallFrame frame = new CallFrame();
                OpenFile stuck = Objects.requireNonNull(raw.open(frame, "key", Access.USE))) {
            assertThat(ReferenceLocks.tryMaintain(frame, stuck)).isTrue();
            assertThat(factory.collectOrphans(Duration.ZERO).skipped()).extracting(Skipped::cause)
                    .containsExactly(Cause.BUSY);
            assertThatExceptionOfType(SegmentBusyException.class).isThrownBy(() -> factory.remove("key"));
            assertThatExceptionOfType(SegmentBusyException.class).isThrownBy(() -> factory.create("key", 1));
            assertThat(ReferenceLocks.tryExclude(frame, stuck)).isTrue();
            assertThatExceptionOfType(SegmentBusyException.class).isThrownBy(() -> factory.acquire("key"))
                    .withMessageContaining("a collector has it locked");
            assertThat(factory.info("key").orElseThrow().refcount()).isZero();
        }
        assertThat(factory.collectOrphans(Duration.ZERO).collected()).hasSize(1);
    }

    @Test
    void aSegmentOfPeersWithoutLocksIsLeftToThem(Path directory) throws IOException {
        ByteBuffer foreign = ByteBuffer.allocate(80).order(ByteOrder.LITTLE_ENDIAN);
        foreign.putInt(0, 0x524C4B21).putInt(4, 1).putLong(8, 1_700_000_000L).putLong(16, 16);
        Files.write(directory.resolve("foreign"), foreign.array());
        Files.setPosixFilePermissions(directory.resolve("foreign"), PosixFilePermissions.fromString("rw-------"));
        try (ResourceLink link = factory.acquire("foreign")) {
            assertThat(link.info().layout()).isZero();
            assertThat(link.payloadSize()).isEqualTo(16);
        }
        assertThat(factory.collectOrphans(Duration.ZERO).skipped()).containsExactly(new Skipped("foreign",
                ResourceKind.SHARED_MEMORY, Cause.HELD, "perhaps by a process that takes no locks"));
        assertThatExceptionOfType(SegmentAlreadyExistsException.class).isThrownBy(() -> factory.create("foreign", 1));
        assertThat(factory.remove("foreign")).isTrue();
    }

    @Test
    void whatIsNotAStageSpoilsNoSweep(Path directory) throws IOException {
        orphan("dead", CreateOptions.defaults());
        Path stage = Files.createFile(directory.resolve(".stage"));
        OrphanReport report = factory.collectOrphans(Duration.ZERO);
        assertThat(report.collected()).extracting(Collected::key).containsExactly("dead");
        assertThat(report.skipped()).extracting(Skipped::key, Skipped::cause)
                .containsExactly(tuple(".stage", Cause.FAILED));
        Files.delete(stage);
    }

    @Test
    void aLockWithoutAnEndIsSeenAndHangsNobody(Path directory) throws Exception {
        orphan("key", CreateOptions.defaults());
        try (Directory raw = Directory.open(directory, 0700);
                CallFrame frame = new CallFrame();
                OpenFile backup = Objects.requireNonNull(raw.open(frame, "key", Access.USE))) {
            assertThat(backup.tryLock(frame, 0, 0)).isTrue();
            assertThat(factory.list()).hasSize(1);
            assertThat(factory.collectOrphans(Duration.ZERO).collected()).isEmpty();
            backup.unlock(frame, 0, 0);
            assertThat(backup.tryLock(frame, ReferenceLocks.REFERENCES + 5, 0)).isTrue();
            assertThat(factory.info("key").orElseThrow().refcount()).isPositive();
            assertThat(factory.collectOrphans(Duration.ZERO).skipped()).extracting(Skipped::cause)
                    .containsExactly(Cause.HELD);
        }
        assertThat(factory.collectOrphans(Duration.ZERO).collected()).hasSize(1);
    }

    @Test
    void refusesANegativeAge() {
        assertThatIllegalArgumentException().isThrownBy(() -> factory.collectOrphans(Duration.ofMillis(-1)));
    }
}
