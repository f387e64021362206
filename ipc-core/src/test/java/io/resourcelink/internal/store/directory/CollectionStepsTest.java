package io.resourcelink.internal.store.directory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.resourcelink.FixedClock;
import io.resourcelink.ResourceLink;
import io.resourcelink.error.PermissionException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.store.ForeignHolder;
import io.resourcelink.internal.store.Verdict;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Reason;
import io.resourcelink.segment.OrphanReport.Skipped;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Each step of a collection, as another process may come in between. */
@Timeout(60)
class CollectionStepsTest extends CollectorFixture {

    private static final Verdict GONE = new Verdict.Gone();
    private static final Verdict REMOVED = new Verdict.Removed(Reason.UNREFERENCED, 100);
    private static final CreateOptions FOR_A_SECOND = CreateOptions.defaults().withKeep(true)
            .withTtl(Duration.ofSeconds(1));

    private final CallFrame frame = new CallFrame();
    private final List<String> noted = new ArrayList<>();
    private SegmentDirectory segments;
    private Collector collector;

    @BeforeEach
    void open(Path directory) {
        segments = SegmentDirectory.open(directory, ResourceKind.SHARED_MEMORY, clock, FixedClock.TRUST,
                DirectoryHost.COMMON);
        collector = new Collector(segments, (key, _, _) -> noted.add(key));
    }

    @AfterEach
    void closeDirectory() {
        segments.close();
        frame.close();
    }

    private Path path(String key) {
        return factory.directory().resolve(key);
    }

    private OpenFile file(String key) throws Exception {
        return Objects.requireNonNull(segments.open(frame, key, Access.USE));
    }

    private SegmentHeader header(OpenFile file) throws Exception {
        return segments.header(frame, file, file.status(frame).size());
    }

    private Verdict collect(String key) {
        return collector.collect(frame, key, Duration.ZERO, false);
    }

    private void damage(String key) throws IOException {
        try (FileChannel peer = FileChannel.open(path(key), StandardOpenOption.WRITE)) {
            peer.write(ByteBuffer.allocate(SegmentHeader.SIZE), 0);
        }
    }

    @Test
    void whatIsNotThereIsGone() {
        assertThat(collect("none")).isEqualTo(GONE);
        assertThat(collector.collect(frame, "none", Duration.ZERO, true)).isEqualTo(GONE);
        assertThat(collector.collectExpired(frame, "none", 1)).isEqualTo(GONE);
        assertThat(collector.remove(frame, "none")).isFalse();
    }

    @Test
    void whatIsHeldIsHeldForALookToo() {
        try (ResourceLink link = factory.create("held", 36)) {
            assertThat(collect("held")).isEqualTo(new Verdict.Held(1));
            assertThat(collector.collect(frame, "held", Duration.ZERO, true)).isEqualTo(new Verdict.Held(1));
            assertThat(collector.sweep(frame, Duration.ZERO, false).skipped()).as("a sweep does not count")
                    .containsExactly(new Skipped("held", ResourceKind.SHARED_MEMORY, Cause.HELD, ""));
            assertThat(link.refcount()).isOne();
        }
    }

    @Test
    void aReferenceThatWasTakenSinceTheLookKeepsTheName() throws Exception {
        orphan("key", CreateOptions.defaults());
        try (OpenFile file = file("key"); OpenFile holder = file("key")) {
            SegmentHeader known = header(file);
            assertThat(ReferenceLocks.tryTakeFirst(frame, holder)).isPositive();
            assertThat(collector.unlinkUnheld(frame, "key", file, known, Duration.ZERO))
                    .isEqualTo(new Verdict.Held(0));
            assertThat(path("key")).exists();
        }
        assertThat(collect("key")).isEqualTo(REMOVED);
        assertThat(path("key")).doesNotExist();
    }

    @Test
    void aLockedNameIsWaitedForAMoment() throws Exception {
        orphan("key", CreateOptions.defaults());
        try (OpenFile other = file("key")) {
            assertThat(ReferenceLocks.tryMaintain(frame, other)).isTrue();
            int[] attempts = { 0 };
            try (SystemCalls _ = accompanied("fcntl", 6, () -> {
                attempts[0]++;
                drop(other);
            })) {
                assertThat(collect("key")).isEqualTo(REMOVED);
            }
            assertThat(attempts[0]).isOne();
        }
    }

    @Test
    void aForcedRemovalWaitsForALockedNameAMoment() throws Exception {
        orphan("key", CreateOptions.defaults());
        try (OpenFile other = file("key")) {
            assertThat(ReferenceLocks.tryMaintain(frame, other)).isTrue();
            try (SystemCalls _ = accompanied("fcntl", 3, () -> drop(other))) {
                assertThat(collector.remove(frame, "key")).isTrue();
            }
        }
        assertThat(path("key")).doesNotExist();
    }

    private static void drop(OpenFile file) {
        try (CallFrame own = new CallFrame()) {
            ReferenceLocks.dropMaintenance(own, file);
        }
    }

    /** Has something happen before the n-th call of a function. */
    private static SystemCalls accompanied(String name, int at, Runnable happening) {
        Thread thread = Thread.currentThread();
        return SystemCalls.accompanied((function, nth) -> {
            if (function.equals(name) && nth == at) {
                happening.run();
            }
            return 0;
        }, thread::equals);
    }

    @Test
    void whatBecameTooYoungSinceTheLookStays() throws Exception {
        orphan("key", CreateOptions.defaults());
        try (OpenFile file = file("key")) {
            assertThat(collector.unlinkUnheld(frame, "key", file, header(file), Duration.ofDays(1)))
                    .isEqualTo(new Verdict.TooYoung());
        }
        assertThat(collect("key")).isEqualTo(REMOVED);
    }

    @Test
    void whatIsKeptIsNotedAndNothingElse() throws Exception {
        orphan("kept", FOR_A_SECOND);
        orphan("other", CreateOptions.defaults());
        assertThat(collect("kept")).isEqualTo(new Verdict.Kept());
        assertThat(collect("other")).isEqualTo(REMOVED);
        assertThat(noted).containsExactly("kept");
        clock.advance(1000);
        assertThat(collect("kept")).isEqualTo(new Verdict.Removed(Reason.EXPIRED, 100));
        assertThat(noted).hasSize(1);
    }

    @Test
    void onlyTheKeptSegmentThatWasNotedExpires() throws Exception {
        orphan("kept", FOR_A_SECOND);
        orphan("brief", CreateOptions.defaults().withTtl(Duration.ofSeconds(1)));
        long nonce = nonce("kept");
        assertThat(collector.collectExpired(frame, "kept", nonce)).isEqualTo(new Verdict.Kept());
        clock.advance(1000);
        assertThat(collector.collectExpired(frame, "kept", nonce + 1)).as("another segment").isEqualTo(GONE);
        assertThat(collector.collectExpired(frame, "brief", nonce("brief"))).as("it is not kept").isEqualTo(GONE);
        assertThat(path("kept")).exists();
        assertThat(path("brief")).exists();
        assertThat(collector.collectExpired(frame, "kept", nonce)).isEqualTo(new Verdict.Removed(Reason.EXPIRED, 100));
        damage("brief");
        assertThat(collector.collectExpired(frame, "brief", 0))
                .isEqualTo(new Verdict.Unusable(Cause.INVALID, "magic 0x00000000"));
        Files.delete(path("brief"));
    }

    private long nonce(String key) throws Exception {
        try (OpenFile file = file(key)) {
            return header(file).nonce();
        }
    }

    @Test
    void theNameOfAFileThatWasOpenIsRemovedIfItIsStillThatOfTheFile() throws Exception {
        orphan("key", CreateOptions.defaults());
        orphan("other", CreateOptions.defaults());
        FileStatus status = status("key");
        assertThat(collector.collect(frame, "other", status)).as("another file").isEqualTo(GONE);
        assertThat(collector.collect(frame, "none", status)).isEqualTo(GONE);
        assertThat(path("other")).exists();
        try (OpenFile holder = file("key")) {
            assertThat(ReferenceLocks.tryTakeFirst(frame, holder)).isPositive();
            assertThat(collector.collect(frame, "key", status)).isEqualTo(new Verdict.Held(1));
        }
        assertThat(collector.collect(frame, "key", status)).isEqualTo(REMOVED);
        FileStatus damaged = status("other");
        damage("other");
        assertThat(collector.collect(frame, "other", damaged))
                .isEqualTo(new Verdict.Unusable(Cause.INVALID, "magic 0x00000000"));
        Files.delete(path("other"));
    }

    private FileStatus status(String key) throws Exception {
        try (OpenFile file = file(key)) {
            return file.status(frame);
        }
    }

    @Test
    void aForcedRemovalMeansOneSegmentAndTellsItsHolders() throws Exception {
        orphan("key", CreateOptions.defaults());
        try (OpenFile holder = file("key")) {
            SegmentHeader known = header(holder);
            assertThat(collector.remove(frame, "key", known.nonce() + 1)).isFalse();
            assertThat(path("key")).exists();
            assertThat(header(holder).retired()).isFalse();
            assertThat(collector.remove(frame, "key", known.nonce())).isTrue();
            assertThat(path("key")).doesNotExist();
            assertThat(header(holder).retired()).isTrue();
        }
    }

    @Test
    void aRemovalThatTheSystemRefusesIsAFailureOfTheOwner() throws Exception {
        orphan("key", CreateOptions.defaults());
        try (SystemCalls _ = SystemCalls.failing("unlinkat", 1, Errno.EPERM)) {
            assertThatExceptionOfType(PermissionException.class).isThrownBy(() -> collect("key"));
        }
        try (SystemCalls _ = SystemCalls.failing("unlinkat", 1, Errno.EPERM)) {
            assertThat(collector.sweep(frame, Duration.ZERO, false).skipped()).extracting(Skipped::cause)
                    .containsExactly(Cause.FAILED);
        }
        assertThat(collect("key")).isEqualTo(REMOVED);
    }

    /** A segment as a peer makes it that takes no locks. */
    private Path foreign(String key) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(80).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, 0x524C4B21).putInt(4, 1).putLong(8, 1_700_000_000L).putLong(16, 16);
        return Files.setPosixFilePermissions(Files.write(path(key), bytes.array()),
                PosixFilePermissions.fromString("rw-------"));
    }

    /** Each attempt opens the file twice; this is when the replacement begins its second one. */
    @Test
    void whoHasAnOrphanOpenForAMomentIsWaitedForWhereItsNameIsNeeded() throws Exception {
        InputStream passing = Files.newInputStream(foreign("foreign"));
        try (SystemCalls _ = accompanied("openat", 5, () -> {
            try {
                passing.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        })) {
            assertThat(collect("foreign")).isEqualTo(new Verdict.HeldWithoutLocks(ForeignHolder.HAS_IT_OPEN));
            assertThat(collector.replace(frame, "foreign")).isEqualTo(new Verdict.Removed(Reason.UNREFERENCED, 80));
        }
        orphan("key", CreateOptions.defaults());
        assertThat(collector.replace(frame, "key")).as("at once").isEqualTo(REMOVED);
    }
}
