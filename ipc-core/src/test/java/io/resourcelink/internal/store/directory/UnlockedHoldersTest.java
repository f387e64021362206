package io.resourcelink.internal.store.directory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.FixedClock;
import io.resourcelink.ResourceLink;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.os.ProcessMaps;
import io.resourcelink.internal.store.ForeignHolder;
import io.resourcelink.internal.store.Verdict;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;
import io.resourcelink.segment.OrphanReport.Skipped;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What is collected of segments of peers that take no locks. */
class UnlockedHoldersTest extends CollectorFixture {

    @TempDir
    private Path proc;

    /** A segment as ipckit makes it: 64 bytes of header, of which 25 are used, and 16 of payload. */
    private Path foreign(String key, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(80).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, 0x524C4B21).putInt(4, count).putLong(8, 1_700_000_000L).putLong(16, 16);
        Path file = Files.write(factory.directory().resolve(key), bytes.array());
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aSegmentOfPeersWithoutLocksIsLeftToThem() throws IOException {
        Path file = foreign("foreign", 1);
        try (InputStream _ = Files.newInputStream(file)) {
            try (ResourceLink link = factory.acquire("foreign")) {
                assertThat(link.info().layout()).isZero();
                assertThat(link.payloadSize()).isEqualTo(16);
                assertThat(link.refcount()).isEqualTo(1);
            }
            Skipped held = new Skipped("foreign", ResourceKind.SHARED_MEMORY, Cause.HELD,
                    "a process that has it open without a reference");
            assertThat(factory.collectOrphans(Duration.ZERO).skipped()).containsExactly(held);
            assertThat(factory.findOrphans(Duration.ZERO).skipped()).containsExactly(held);
            assertThatExceptionOfType(SegmentAlreadyExistsException.class)
                    .isThrownBy(() -> factory.create("foreign", 1))
                    .withMessageContaining("held by a process that has it open without a reference");
        }
        assertThat(factory.findOrphans(Duration.ZERO).collected()).hasSize(1);
        assertThat(factory.collectOrphans(Duration.ZERO).collected()).hasSize(1);
    }

    @Test
    void aSegmentOfPeersWithoutLocksIsCollectedByItsAgeWhateverItsCount() throws IOException {
        foreign("counted", 3);
        foreign("uncounted", 0);
        clock.advance(59_000);
        assertThat(factory.collectOrphans(Duration.ofSeconds(60)).skipped()).extracting(Skipped::cause)
                .containsOnly(Cause.TOO_YOUNG).hasSize(2);
        clock.advance(1_000);
        assertThat(factory.collectOrphans(Duration.ofSeconds(60)).collected()).extracting(Collected::key)
                .containsExactlyInAnyOrder("counted", "uncounted");
    }

    @Test
    void theLastLinkToASegmentThatNobodyElseHasRemovesItWhoeverMadeIt() throws IOException {
        Path file = foreign("foreign", 1);
        factory.acquire("foreign").close();
        assertThat(file).doesNotExist();
    }

    @Test
    void aForcedRemovalAsksNoHolder() throws IOException {
        Path file = foreign("foreign", 1);
        try (InputStream _ = Files.newInputStream(file)) {
            assertThat(factory.remove("foreign")).isTrue();
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void whoHasItOpenDoesNotMatterWhereTheCountSaysThereIsNobody() throws IOException {
        orphan("dead", CreateOptions.defaults());
        Path file = factory.directory().resolve("dead");
        count(file, 0);
        try (InputStream _ = Files.newInputStream(file)) {
            assertThat(factory.collectOrphans(Duration.ZERO).collected()).hasSize(1);
        }
    }

    private static void count(Path file, int count) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4, count);
        Files.write(file, bytes);
    }

    /** Where the kernel grants no leases. */
    private Verdict collectByMaps(String key, Supplier<ProcessMaps> maps) {
        try (SegmentDirectory segments = SegmentDirectory.open(factory.directory(), ResourceKind.SHARED_MEMORY, clock,
                FixedClock.TRUST, DirectoryHost.COMMON); CallFrame frame = new CallFrame()) {
            return new Collector(segments, new ForeignHolders(segments, maps, false)).collect(frame, key,
                    Duration.ZERO, false);
        }
    }

    @Test
    void withoutLeasesAMappingIsAHolder() throws Exception {
        Path file = foreign("foreign", 1);
        long inode = (Long) Files.getAttribute(file, "unix:ino");
        long device = (Long) Files.getAttribute(file, "unix:dev");
        Path process = Files.createDirectories(proc.resolve("77"));
        Files.writeString(process.resolve("maps"),
                "7f0-7f1 rw-s 00000000 %02x:%02x %d  %s\n".formatted((device >> 8) & 0xfff,
                        (device & 0xff) | ((device >> 12) & ~0xff), inode, file));
        assertThat(collectByMaps("foreign", () -> ProcessMaps.read(proc))).isEqualTo(
                new Verdict.HeldWithoutLocks(ForeignHolder.MAPS_IT));
        Files.writeString(process.resolve("maps"), "7f0-7f1 rw-s 00000000 00:00 0\n");
        assertThat(collectByMaps("foreign", () -> ProcessMaps.read(proc)))
                .isEqualTo(new Verdict.Removed(Reason.UNREFERENCED, 80));
    }

    @Test
    void withoutLeasesWhoCountsBehindTheLookIsAHolder() throws Exception {
        Path file = foreign("foreign", 1);
        Files.writeString(Files.createDirectories(proc.resolve("77")).resolve("maps"), "0-1 r--p 0 00:00 0\n");
        assertThat(collectByMaps("foreign", () -> {
            ProcessMaps look = ProcessMaps.read(proc);
            try {
                count(file, 2);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return look;
        })).isEqualTo(new Verdict.HeldWithoutLocks(ForeignHolder.CHANGED_THE_COUNT));
        assertThat(factory.collectOrphans(Duration.ZERO).collected()).hasSize(1);
    }

    @Test
    void withoutLeasesAProcessThatIsNotShownHoldsUntilTheTimeToLiveIsOver() throws Exception {
        foreign("without", 1);
        orphan("with", CreateOptions.defaults().withTtl(Duration.ofMillis(500)));
        count(factory.directory().resolve("with"), 1);
        Path process = Files.createDirectories(proc.resolve("1"));
        Files.writeString(process.resolve("status"), "Uid:\t" + Platform.userId() + "\nVmSize:\t 1 kB\n");
        Verdict held = new Verdict.HeldWithoutLocks(ForeignHolder.CANNOT_BE_EXCLUDED);
        assertThat(collectByMaps("with", () -> ProcessMaps.read(proc))).isEqualTo(held);
        clock.advance(500);
        assertThat(collectByMaps("with", () -> ProcessMaps.read(proc)))
                .isEqualTo(new Verdict.Removed(Reason.EXPIRED, 100));
        assertThat(collectByMaps("without", () -> ProcessMaps.read(proc))).isEqualTo(held);
        assertThat(factory.remove("without")).isTrue();
    }
}
