package io.resourcelink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.room.Room;
import io.resourcelink.internal.store.directory.DirectoryHost;
import io.resourcelink.internal.store.directory.DirectoryStore;
import io.resourcelink.internal.store.directory.OpenSegment;
import io.resourcelink.internal.store.directory.SegmentDirectory;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
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
        assertThatExceptionOfType(PermissionException.class).isThrownBy(() -> build(path))
                .withMessageContaining("chmod go-w");
        Files.delete(path);
    }

    @Test
    void aDirectoryOfAnotherUserNeedsTrust(Path root) throws IOException {
        assumeThat(Platform.userId()).as("only root may give files away").isZero();
        Path path = Files.createDirectory(root.resolve("theirs"), PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rwx------")));
        Files.setAttribute(path, "unix:uid", 65534);
        assertThatExceptionOfType(PermissionException.class).isThrownBy(() -> build(path))
                .withMessageContainingAll("it belongs to user 65534, who is not trusted", "ipc.directory");
        try (ResourceLinkFactory operator = ResourceLinkFactory.builder().directory(path).trustOwner(65534).build();
                ResourceLink link = operator.create("key", 1)) {
            Files.setAttribute(path.resolve("key"), "unix:uid", 65534);
            assertThat(operator.info("key").orElseThrow().refcount()).isOne();
            Files.setAttribute(path.resolve("key"), "unix:uid", 65533);
            assertThatExceptionOfType(PermissionException.class).isThrownBy(() -> operator.info("key"))
                    .withMessageContaining("a file of user 65533");
            assertThat(operator.collectOrphans(Duration.ZERO).skipped()).extracting(OrphanReport.Skipped::cause)
                    .containsExactly(OrphanReport.Cause.FOREIGN);
            assertThat(link.refcount()).isOne();
        }
        Files.delete(path);
    }

    @Test
    void aGroupSharesWhatItIsGiven(Path root) throws IOException {
        Path path = root.resolve("group");
        ResourceLinkFactoryBuilder builder = ResourceLinkFactory.builder().directory(path)
                .directoryPermissions(PosixFilePermissions.fromString("rwxrwx---"))
                .segmentPermissions(PosixFilePermissions.fromString("rw-rw----"));
        try (ResourceLinkFactory sharing = builder.build();
                ResourceLinkFactory member = builder.build();
                ResourceLink _ = sharing.create("key", 1)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rwxrwx---");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.resolve("key"))))
                    .isEqualTo("rw-rw----");
            member.acquire("key").close();
            assertThatExceptionOfType(PermissionException.class).isThrownBy(() -> build(path));
        }
        Files.delete(path);
        assertThatIllegalArgumentException().isThrownBy(
                () -> builder.segmentPermissions(PosixFilePermissions.fromString("rw-rw-rw-")));
        for (String readable : List.of("rw-r-----", "rw-r--r--", "rw----r--", "rw-rw-r--", "rw--w----")) {
            assertThatIllegalArgumentException().as("%s: a reader could lock out everybody", readable)
                    .isThrownBy(() -> builder.segmentPermissions(PosixFilePermissions.fromString(readable)))
                    .withMessageContaining(readable);
        }
        assertThatIllegalArgumentException().isThrownBy(
                () -> builder.directoryPermissions(PosixFilePermissions.fromString("rw-------")));
    }

    @Test
    void aFileThatOthersMayWriteToIsRefused(Path directory) throws IOException {
        try (ResourceLink _ = factory.create("key", 1)) {
            Files.setPosixFilePermissions(directory.resolve("key"), PosixFilePermissions.fromString("rw-rw----"));
            assertThatExceptionOfType(PermissionException.class).isThrownBy(() -> other.acquire("key"))
                    .withMessageContaining("other users may write to");
        }
    }

    @Test
    void theDirectoryIsThatOfTheDefaultKind(Path directory) {
        try (ResourceLinkFactory configured = ResourceLinkFactory.builder().directory(directory)
                .mappedFileDirectory(directory.resolve("mapped")).defaultKind(ResourceKind.MAPPED_FILE).build()) {
            assertThat(configured.directory()).isEqualTo(directory.resolve("mapped"));
            assertThat(configured.directory(ResourceKind.SHARED_MEMORY)).isEqualTo(directory);
        }
    }

    /** This machine's tmpfs may be larger than its memory: filling it would end with the kernel killing processes. */
    @Test
    void moreThanTheMachinesMemoryIsATypedErrorToo() {
        long memory = Room.ofThisProcess().memory().free();
        assertThat(memory).isBetween(1L << 20, 1L << 50);
        assertThatExceptionOfType(OutOfSpaceException.class)
                .isThrownBy(() -> factory.create("key", memory + (1L << 30)))
                .satisfies(e -> assertThat(e.available()).isLessThan(memory + (1L << 30)));
    }

    @Test
    void segmentsWorkWhereFilesMustBeStaged() throws Exception {
        SegmentClock system = SegmentClock.system();
        try (SegmentDirectory staged = SegmentDirectory.open(factory.directory(), ResourceKind.SHARED_MEMORY, system,
                FixedClock.TRUST, DirectoryHost.COMMON)) {
            staged.stageAlways();
            DirectoryStore store = new DirectoryStore(staged);
            OpenSegment segment = store.create(new SegmentSpec("key", 100, 0, false, false, false));
            assertThat(other.info("key").orElseThrow().refcount()).isOne();
            assertThat(SharedMemoryDirectory.files(factory.directory())).containsExactly("key");
            assertThatExceptionOfType(SegmentAlreadyExistsException.class)
                    .isThrownBy(() -> store.create(new SegmentSpec("key", 100, 0, false, false, false)));
            segment.leave(false);
            Files.createFile(factory.directory().resolve(".stage/abandoned"));
            assertThat(other.collectOrphans(Duration.ZERO).collected()).containsExactly(new OrphanReport.Collected(
                    ".stage/abandoned", ResourceKind.SHARED_MEMORY, OrphanReport.Reason.UNFINISHED, 0));
        }
        Files.delete(factory.directory().resolve(".stage"));
    }
}
