package io.resourcelink.internal.store.directory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import io.resourcelink.FixedClock;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.store.Verdict;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Skipped;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

class CollectorTest extends CollectorFixture {

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
                tuple("link", Cause.INVALID));
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
        try (SegmentDirectory segments = SegmentDirectory.open(directory, ResourceKind.SHARED_MEMORY, clock,
                FixedClock.TRUST, DirectoryHost.COMMON);
                CallFrame frame = new CallFrame();
                OpenFile old = Objects.requireNonNull(segments.open(frame, "key", Access.USE))) {
            SegmentHeader known = segments.header(frame, old, old.status(frame).size());
            Files.delete(directory.resolve("key"));
            try (ResourceLink _ = factory.create("key", 5)) {
                assertThat(new Collector(segments).unlinkUnheld(frame, "key", old, known, Duration.ZERO))
                        .isEqualTo(new Verdict.Gone());
                assertThat(factory.info("key").orElseThrow().payloadSize()).isEqualTo(5);
            }
        }
    }

    @Test
    void anotherIncarnationOfTheSameFileIsNotUnlinked(Path directory) throws Exception {
        orphan("key", CreateOptions.defaults());
        try (SegmentDirectory segments = SegmentDirectory.open(directory, ResourceKind.SHARED_MEMORY, clock,
                FixedClock.TRUST, DirectoryHost.COMMON);
                CallFrame frame = new CallFrame();
                OpenFile file = Objects.requireNonNull(segments.open(frame, "key", Access.USE))) {
            SegmentHeader known = segments.header(frame, file, file.status(frame).size());
            frame.buffer().copyFrom(MemorySegment.ofArray(
                    ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(known.nonce() + 1).array()));
            file.write(frame, frame.buffer().asSlice(0, 8), SegmentHeader.NONCE_OFFSET);
            assertThat(new Collector(segments).unlinkUnheld(frame, "key", file, known, Duration.ZERO))
                    .isEqualTo(new Verdict.Gone());
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
    void anOrphanWhoseHeaderAPeerHasDamagedIsReportedAsWhatItIs() throws IOException {
        orphan("frame", CreateOptions.defaults());
        Path file = factory.directory().resolve("frame");
        try (FileChannel peer = FileChannel.open(file, StandardOpenOption.WRITE)) {
            peer.write(ByteBuffer.allocate(SegmentHeader.SIZE), 0);
        }
        assertThat(factory.collectOrphans(Duration.ZERO).skipped()).singleElement().satisfies(skipped -> {
            assertThat(skipped.cause()).isEqualTo(Cause.INVALID);
            assertThat(skipped.detail()).isEqualTo("magic 0x00000000");
        });
        assertThatExceptionOfType(SegmentAlreadyExistsException.class).isThrownBy(() -> factory.create("frame", 8))
                .withMessageContaining("it is not a segment of ours: magic 0x00000000");
        Files.delete(file);
    }

    @Test
    void aDamagedHeaderOfASegmentInUseKeepsItsLastHolderFromNothing() throws IOException {
        ResourceLink link = factory.create("frame", 8);
        try (FileChannel peer = FileChannel.open(factory.directory().resolve("frame"), StandardOpenOption.WRITE)) {
            peer.write(ByteBuffer.allocate(SegmentHeader.SIZE), 0);
        }
        assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(() -> factory.info("frame"));
        link.close();
        assertThat(factory.tryAcquire("frame")).isEmpty();
    }

    /** The last holder sees the byte of who is about to fail, and leaves the file to that one, who can't tell what it is. */
    @Test
    void aDamagedFileWhoseLastHolderLeavesDuringAnAcquisitionIsTakenOrReported() throws IOException {
        ResourceLink link = factory.create("frame", 8);
        Path file = factory.directory().resolve("frame");
        try (FileChannel peer = FileChannel.open(file, StandardOpenOption.WRITE)) {
            peer.write(ByteBuffer.allocate(SegmentHeader.SIZE), 0);
        }
        Thread acquiring = Thread.currentThread();
        try (ResourceLinkFactory other = ResourceLinkFactory.builder().directory(factory.directory()).build()) {
            SystemCalls.Companion leaving = (function, nth) -> {
                if (function.equals("pread") && nth == 1) {
                    link.close();
                }
                return 0;
            };
            try (SystemCalls _ = SystemCalls.accompanied(leaving, acquiring::equals)) {
                assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(() -> other.acquire("frame"));
            }
        }
        assertThat(link.isClosed()).isTrue();
        OrphanReport report = factory.collectOrphans(Duration.ZERO);
        if (Files.exists(file)) {
            assertThat(report.skipped()).singleElement().satisfies(skipped -> {
                assertThat(skipped.key()).isEqualTo("frame");
                assertThat(skipped.cause()).isEqualTo(Cause.INVALID);
                assertThat(skipped.detail()).isEqualTo("magic 0x00000000");
            });
            Files.delete(file);
        }
    }

    @Test
    void pipesDevicesAndFilesWithTwoNamesAreRefusedAndLeftAlone(Path directory) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", directory.resolve("pipe").toString()).start().waitFor()).isZero();
        Path device = directory.resolve("device");
        // Only a privileged process may make a device; for others a link to one stands in.
        if (new ProcessBuilder("mknod", device.toString(), "c", "1", "5").start().waitFor() != 0) {
            Files.createSymbolicLink(device, Path.of("/dev/zero"));
        }
        orphan("one", CreateOptions.defaults());
        Files.createLink(directory.resolve("two"), directory.resolve("one"));
        assertThat(factory.collectOrphans(Duration.ZERO).collected()).isEmpty();
        for (String name : new String[]{ "pipe", "device", "one", "two" }) {
            assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(() -> factory.acquire(name));
            assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(() -> factory.remove(name));
        }
        for (String name : new String[]{ "pipe", "device", "one", "two" }) {
            Files.delete(directory.resolve(name));
        }
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
}
