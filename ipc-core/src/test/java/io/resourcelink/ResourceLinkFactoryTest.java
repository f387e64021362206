package io.resourcelink;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.error.AccessDeniedException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.os.CallFrame;
import io.resourcelink.os.Platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

@ExtendWith(SharedMemoryDirectory.class)
class ResourceLinkFactoryTest {

    private final FixedClock clock = new FixedClock();
    private ResourceLinkFactory factory;
    private ResourceLinkFactory other;

    @BeforeEach
    void buildTwoAsTwoProcessesWould(Path directory) {
        factory = build(directory);
        other = build(directory);
    }

    private ResourceLinkFactory build(Path directory) {
        return ResourceLinkFactory.builder().directory(directory).mappedFileDirectory(directory.resolve("mapped"))
                .clock(clock).build();
    }

    @AfterEach
    void close(Path directory) throws IOException {
        factory.close();
        other.close();
        Files.deleteIfExists(directory.resolve("mapped"));
    }

    @ParameterizedTest
    @EnumSource
    void aSegmentIsThereFromCreationToTheLastRelease(ResourceKind kind) {
        CreateOptions options = CreateOptions.defaults().withKind(kind).withTtl(Duration.ofMillis(1500));
        ResourceLink link = factory.create("key", 1000, options);
        assertThat(link.info()).isEqualTo(other.info("key", kind).orElseThrow());
        assertThat(factory.list()).containsExactly(link.info());
        assertThat(link.info()).isEqualTo(new ResourceLinkInfo("key", kind, 1,
                Instant.ofEpochMilli(clock.wallMillis), Duration.ZERO, Duration.ofMillis(1500),
                Instant.ofEpochMilli(clock.wallMillis + 1500), false, 1064, 1000, SegmentState.OPEN, false, 1,
                ProcessHandle.current().pid()));
        link.close();
        assertThat(factory.list()).isEmpty();
        assertThat(factory.info("key", kind)).isEmpty();
    }

    @Test
    void everyAcquirerIsCountedAndTheLastOneUnlinks() {
        ResourceLink created = factory.create("key", 10);
        ResourceLink acquired = other.acquire("key");
        ResourceLink again = other.acquire("key");
        ResourceLink retained = again.retain();
        assertThat(created.refcount()).isEqualTo(4);
        assertThat(acquired.refcount()).isEqualTo(4);
        created.close();
        acquired.close();
        acquired.close();
        assertThat(retained.refcount()).isEqualTo(2);
        again.close();
        assertThat(factory.info("key").orElseThrow().refcount()).isOne();
        retained.close();
        assertThat(factory.info("key")).isEmpty();
    }

    @Test
    void aNewSegmentIsZeroAndOfTheExactSize() {
        try (ResourceLink link = factory.create("key", 5000)) {
            assertThat(link.payloadSize()).isEqualTo(5000);
            assertThat(link.size()).isEqualTo(5064);
            assertThat(link.payload().byteSize()).isEqualTo(5000);
            assertThat(link.payload().address() % 64).isZero();
            assertThat(link.readPayload(0, 5000)).containsOnly((byte) 0);
        }
    }

    @Test
    void anEmptySegmentWorks() {
        try (ResourceLink link = factory.create("key", 0); ResourceLink acquired = other.acquire("key")) {
            assertThat(link.isEmpty()).isTrue();
            assertThat(acquired.payload().byteSize()).isZero();
            assertThat(acquired.readPayload(0, 0)).isEmpty();
        }
    }

    @Test
    void aKeyThatIsHeldIsTaken() {
        try (ResourceLink _ = factory.create("key", 10)) {
            assertThatExceptionOfType(SegmentAlreadyExistsException.class).isThrownBy(() -> other.create("key", 10))
                    .withMessageContaining("held by 1 reference");
            assertThatExceptionOfType(SegmentAlreadyExistsException.class).isThrownBy(() -> factory.create("key", 10));
        }
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThatExceptionOfType(SegmentNotFoundException.class).isThrownBy(() -> factory.acquire("key"))
                .withMessageContaining("No segment \"key\" in " + factory.directory())
                .satisfies(e -> assertThat(e.key()).isEqualTo("key"));
        assertThat(factory.tryAcquire("key")).isEmpty();
        assertThat(factory.info("key")).isEmpty();
        assertThat(factory.remove("key")).isFalse();
    }

    @Test
    void keysOfTheTwoKindsAreIndependent() {
        try (ResourceLink memory = factory.create("key", 1);
                ResourceLink file = factory.create("key", 2,
                        CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE))) {
            assertThat(other.acquire("key").payloadSize()).isEqualTo(memory.payloadSize());
            assertThat(other.acquire("key", ResourceKind.MAPPED_FILE).payloadSize()).isEqualTo(file.payloadSize());
            assertThat(other.list()).extracting(ResourceLinkInfo::kind).containsExactly(ResourceKind.SHARED_MEMORY,
                    ResourceKind.MAPPED_FILE);
            other.close();
        }
    }

    @Test
    void aMappedFileIsAFileOnDisk(Path directory) throws IOException {
        try (ResourceLink link = factory.create("key", 3,
                CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE))) {
            link.writePayload(new byte[]{ 1, 2, 3 });
            Path file = directory.resolve("mapped/key");
            assertThat(Files.size(file)).isEqualTo(67);
            assertThat(Files.readAllBytes(file)).endsWith(1, 2, 3);
        }
    }

    @Test
    void directoryAndSegmentBelongToTheirOwnerAlone(Path root) throws IOException {
        Path path = root.resolve("private");
        try (ResourceLinkFactory made = ResourceLinkFactory.builder().directory(path).build();
                ResourceLink _ = made.create("key", 1)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.resolve("key"))))
                    .isEqualTo("rw-------");
        }
        Files.delete(path);
    }

    @Test
    void aDirectoryInWhichOthersCouldReplaceFilesIsRefused(Path root) throws IOException {
        Path path = Files.createDirectory(root.resolve("open"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> build(path))
                .withMessageContaining("chmod go-w");
        Files.delete(path);
    }

    @Test
    void aDirectoryOfAnotherUserNeedsTrust(Path root) throws IOException {
        assumeThat(Platform.userId()).as("only root may give files away").isZero();
        Path path = Files.createDirectory(root.resolve("theirs"), PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rwx------")));
        Files.setAttribute(path, "unix:uid", 65534);
        assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> build(path))
                .withMessageContaining("it belongs to user 65534, who is not trusted");
        try (ResourceLinkFactory operator = ResourceLinkFactory.builder().directory(path).trustOwner(65534).build();
                ResourceLink link = operator.create("key", 1)) {
            Files.setAttribute(path.resolve("key"), "unix:uid", 65534);
            assertThat(operator.info("key").orElseThrow().refcount()).isOne();
            Files.setAttribute(path.resolve("key"), "unix:uid", 65533);
            assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> operator.info("key"))
                    .withMessageContaining("a file of user 65533");
            assertThat(link.refcount()).isOne();
        }
        Files.delete(path);
    }

    @Test
    void aFileThatOthersMayWriteToIsRefused(Path directory) throws IOException {
        try (ResourceLink _ = factory.create("key", 1)) {
            Files.setPosixFilePermissions(directory.resolve("key"), PosixFilePermissions.fromString("rw-rw----"));
            assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> other.acquire("key"))
                    .withMessageContaining("other users may write to");
        }
    }

    @Test
    void aDirectoryThatWasRemovedIsAClearError(Path root) throws IOException {
        Path path = root.resolve("short-lived");
        try (ResourceLinkFactory made = ResourceLinkFactory.builder().directory(path).build()) {
            Files.delete(path);
            for (Runnable use : List.<Runnable>of(() -> made.create("key", 1), () -> made.acquire("key"))) {
                assertThatExceptionOfType(OsException.class).isThrownBy(use::run)
                        .satisfies(e -> assertThat(e.errno()).isEqualTo(2));
            }
        }
    }

    @Test
    void aReplacementCharacterIsACharacterLikeAnyOther() {
        try (ResourceLink _ = factory.create("a\uFFFDb", 1)) {
            assertThat(factory.list()).extracting(ResourceLinkInfo::key).containsExactly("a\uFFFDb");
        }
    }

    @Test
    void defaultsComeFromTheBuilderAndGiveWayToOptions(Path directory) {
        try (ResourceLinkFactory configured = ResourceLinkFactory.builder().directory(directory)
                .mappedFileDirectory(directory.resolve("mapped")).defaultKind(ResourceKind.MAPPED_FILE)
                .defaultTtl(Duration.ofSeconds(30)).build();
                ResourceLink link = configured.create("key", 1);
                ResourceLink endless = configured.create("endless", 1,
                        CreateOptions.defaults().withTtl(Duration.ZERO))) {
            assertThat(configured.defaultKind()).isEqualTo(ResourceKind.MAPPED_FILE);
            assertThat(configured.directory()).isEqualTo(directory.resolve("mapped"));
            assertThat(link.kind()).isEqualTo(ResourceKind.MAPPED_FILE);
            assertThat(link.ttl()).isEqualTo(Duration.ofSeconds(30));
            assertThat(endless.ttl()).isNull();
        }
    }

    @Test
    void theTimeToLiveIsSeenByEveryAcquirerToTheMillisecond() {
        CreateOptions options = CreateOptions.defaults().withTtl(Duration.ofMillis(1234));
        try (ResourceLink _ = factory.create("key", 1, options); ResourceLink acquired = other.acquire("key")) {
            assertThat(acquired.ttl()).isEqualTo(Duration.ofMillis(1234));
            clock.advance(1233);
            assertThat(acquired.isExpired()).isFalse();
            assertThat(acquired.age()).isEqualTo(Duration.ofMillis(1233));
            clock.advance(1);
            assertThat(acquired.isExpired()).isTrue();
            assertThat(factory.collectOrphans(Duration.ZERO).collected()).isEmpty();
        }
    }

    @Test
    void absurdSizesAreTypedErrors() {
        for (long size : new long[]{ Long.MAX_VALUE, Long.MAX_VALUE - 64, 1L << 62, (1L << 62) - 65, 1L << 50 }) {
            assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> factory.create("key", size))
                    .satisfies(e -> assertThat(e.requested()).isGreaterThanOrEqualTo(size))
                    .satisfies(e -> assertThat(e.available()).isPositive());
        }
        assertThatIllegalArgumentException().isThrownBy(() -> factory.create("key", -1))
                .withMessageContaining("zero bytes or more; asked for -1");
        assertThat(factory.list()).isEmpty();
    }

    /** This machine's tmpfs may be larger than its memory: filling it would end with the kernel killing processes. */
    @Test
    void moreThanTheMachinesMemoryIsATypedErrorToo() {
        long memory = Platform.availableMemory();
        assertThat(memory).isBetween(1L << 20, 1L << 50);
        assertThatExceptionOfType(OutOfSpaceException.class)
                .isThrownBy(() -> factory.create("key", memory + (1L << 30)))
                .satisfies(e -> assertThat(e.available()).isLessThan(memory + (1L << 30)));
    }

    @Test
    void aRemovedNameIsFreeAndItsHoldersKeepTheirMemory() {
        ResourceLink first = factory.create("key", 4);
        first.writePayload(new byte[]{ 1, 2, 3, 4 });
        assertThat(other.remove("key")).isTrue();
        assertThat(first.info().state()).isEqualTo(SegmentState.RETIRED);
        ResourceLink second = factory.create("key", 8);
        ResourceLink third = factory.acquire("key");
        assertThat(third.payloadSize()).isEqualTo(8);
        assertThat(first.retain().readPayload(0, 4)).containsExactly(1, 2, 3, 4);
        first.close();
        assertThat(second.refcount()).isEqualTo(2);
        assertThat(factory.info("key").orElseThrow().payloadSize()).isEqualTo(8);
    }

    @Test
    void closingClosesEveryLink() {
        ResourceLink link = factory.create("key", 1);
        ResourceLink replaced = factory.create("replaced", 1);
        factory.remove("replaced");
        ResourceLink replacing = factory.create("replaced", 1);
        MemorySegment payload = link.payload();
        factory.close();
        factory.close();
        assertThat(factory.isClosed()).isTrue();
        assertThat(link.isClosed()).isTrue();
        assertThat(replaced.isClosed()).isTrue();
        assertThat(replacing.isClosed()).isTrue();
        link.close();
        assertThat(other.list()).isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> payload.get(ValueLayout.JAVA_BYTE, 0));
        assertThatIllegalStateException().isThrownBy(() -> factory.create("key", 1)).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> factory.acquire("key"));
        assertThatIllegalStateException().isThrownBy(factory::list);
        assertThatIllegalStateException().isThrownBy(link::retain);
    }

    @Test
    void segmentsWorkWhereFilesMustBeStaged() throws Exception {
        SegmentClock system = SegmentClock.system();
        try (SegmentDirectory staged = SegmentDirectory.open(factory.directory(), ResourceKind.SHARED_MEMORY, system,
                Set.of());
                CallFrame frame = new CallFrame()) {
            staged.stageAlways();
            SegmentStore store = new SegmentStore(staged);
            OpenSegment segment = store.create(frame, "key", 100, 0, false);
            assertThat(other.info("key").orElseThrow().refcount()).isOne();
            assertThat(SharedMemoryDirectory.files(factory.directory())).containsExactly("key");
            assertThatExceptionOfType(SegmentAlreadyExistsException.class)
                    .isThrownBy(() -> store.create(frame, "key", 100, 0, false));
            segment.leave(frame, false);
            Files.createFile(factory.directory().resolve(".stage/abandoned"));
            assertThat(other.collectOrphans(Duration.ZERO).collected()).containsExactly(new OrphanReport.Collected(
                    ".stage/abandoned", ResourceKind.SHARED_MEMORY, OrphanReport.Reason.UNFINISHED, 0));
        }
        Files.delete(factory.directory().resolve(".stage"));
    }
}
