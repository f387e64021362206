package io.resourcelink.internal.format;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.PermissionException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@ExtendWith(SharedMemoryDirectory.class)
class TrustTest {

    private static final Set<PosixFilePermission> NOTHING = EnumSet.noneOf(PosixFilePermission.class);
    private static final int STICKY = 01000;

    private static int groupOf(Path path) {
        try (CallFrame frame = new CallFrame()) {
            FileStatus status = Directory.status(frame, path);
            return status == null ? -1 : status.group();
        }
    }

    private static Trust trust(int directoryMode, int segmentMode) {
        return new Trust(Set.of(Platform.userId()), directoryMode, segmentMode);
    }

    private static FileStatus file(int mode, int owner, int group) {
        return new FileStatus(1, 2, mode, 1, owner, group, 64);
    }

    private static FileStatus file(int mode) {
        return file(mode, 0, 0);
    }

    private static Set<PosixFilePermission> permissions(String text) {
        return PosixFilePermissions.fromString(text);
    }

    @Test
    void aDirectoryThatAGroupMayWriteToPassesItsGroupOn() {
        assertThat(trust(0770, 0660).directoryMode()).isEqualTo(02770);
        assertThat(trust(0770, 0660).isShared()).isTrue();
        assertThat(trust(0750, 0600).directoryMode()).isEqualTo(0750);
        assertThat(trust(0757, 0600).isShared()).isFalse();
    }

    @Test
    void onlyTheOwnersAreTrusted() {
        Set<Integer> owners = new HashSet<>(Set.of(0, 1000));
        Trust trust = new Trust(owners, 0700, 0600);
        owners.add(1001);
        assertThat(trust.trusts(0)).isTrue();
        assertThat(trust.trusts(file(0600, 1000, 5))).isTrue();
        assertThat(trust.trusts(file(0600, 1001, 5))).as("added later").isFalse();
        assertThat(trust.group()).isEqualTo(Directory.UNCHANGED);
    }

    @Test
    void othersMayWriteWhereThatWasAllowed() {
        Trust own = trust(0700, 0600);
        assertThat(own.allowsDirectory(file(0755))).isTrue();
        assertThat(own.allowsDirectory(file(0775))).isFalse();
        assertThat(own.allowsDirectory(file(0757))).isFalse();
        assertThat(own.allowsDirectory(file(0777 | STICKY))).as("each removes files of its own").isTrue();
        assertThat(own.allowsSegment(file(0600))).isTrue();
        assertThat(own.allowsSegment(file(0660))).isFalse();
        assertThat(own.allowsSegment(file(0602))).isFalse();
        assertThat(own.allowsSegment(file(0666 | STICKY))).as("it says nothing of files").isFalse();
        Trust shared = trust(0770, 0660);
        assertThat(shared.allowsDirectory(file(0770))).isTrue();
        assertThat(shared.allowsDirectory(file(0772))).isFalse();
        assertThat(shared.allowsSegment(file(0660))).isTrue();
        assertThat(trust(0770, 0600).allowsSegment(file(0660))).isFalse();
    }

    @Test
    void aGroupThatMayWriteIsTheOneThatWasChosen() {
        Trust chosen = new Trust(Set.of(0), 0770, 0660, 5);
        assertThat(chosen.isOfAnotherGroup(file(0770, 0, 5))).isFalse();
        assertThat(chosen.isOfAnotherGroup(file(0770, 0, 6))).isTrue();
        assertThat(chosen.isOfAnotherGroup(file(0750, 0, 6))).as("it may not write").isFalse();
        assertThat(trust(0770, 0660).isOfAnotherGroup(file(0770, 0, 6))).as("none was chosen").isFalse();
    }

    @Test
    void aNewDirectoryHasTheModeThatWasChosen(Path root) throws Exception {
        try (CallFrame frame = new CallFrame(); Directory directory = trust(0750, 0600).open(root.resolve("new"))) {
            assertThat(directory.status(frame).mode() & 07777).isEqualTo(0750);
            assertThat(trust(0750, 0600).checked(frame, directory, ResourceKind.SHARED_MEMORY)).isSameAs(directory);
        } finally {
            Files.delete(root.resolve("new"));
        }
    }

    @Test
    void aDirectoryOfAnotherUserIsRefused(Path root) {
        Trust others = new Trust(Set.of(Platform.userId() + 1), 0700, 0600);
        assertThatRefused(others, root, ResourceKind.SHARED_MEMORY).withMessageContainingAll("directory " + root,
                "it belongs to user " + Platform.userId(), "not trusted by this user (" + Platform.userId() + ")",
                "use another one (ipc.directory or directory(...)).");
        assertThatRefused(others, root, ResourceKind.MAPPED_FILE)
                .withMessageContaining("use another one (ipc.mapped-file-directory or mappedFileDirectory(...)).");
    }

    @Test
    void aDirectoryWhereOthersRemoveFilesIsRefused(Path root) throws Exception {
        Files.setPosixFilePermissions(root, permissions("rwxrwx---"));
        assertThatRefused(trust(0700, 0600), root, ResourceKind.SHARED_MEMORY).withMessageContainingAll(
                "directory " + root, "other users may remove files there", "use another one (ipc.directory or");
    }

    @Test
    void aDirectoryOfAnotherGroupIsRefused(Path root) throws Exception {
        Files.setPosixFilePermissions(root, permissions("rwxrwx---"));
        int group = groupOf(root);
        assertThatRefused(new Trust(Set.of(Platform.userId()), 0770, 0660, group + 1), root,
                ResourceKind.SHARED_MEMORY)
                .withMessageContainingAll("its group " + group + " may write there, and not the group " + (group + 1),
                        "use another one (ipc.directory or");
    }

    private static ThrowableAssertAlternative<PermissionException> assertThatRefused(Trust trust,
            Path root, ResourceKind kind) {
        try (CallFrame frame = new CallFrame(); Directory directory = trust.open(root)) {
            return assertThatExceptionOfType(PermissionException.class)
                    .isThrownBy(() -> trust.checked(frame, directory, kind));
        }
    }

    @ParameterizedTest
    @CsvSource({ "r--------, 0400", "-w-------, 0200", "--x------, 0100", "---r-----, 040", "----w----, 020",
        "-----x---, 010", "------r--, 04", "--------x, 01", "rwxrwxr-x, 0775", "---------, 0" })
    void aModeIsTheBitsOfItsPermissions(String text, String mode) {
        assertThat(Trust.mode(permissions(text), NOTHING)).isEqualTo(Integer.parseInt(mode, 8));
    }

    @Test
    void anOwnerHasWhatAnOwnerNeeds() {
        Set<PosixFilePermission> needed = EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        assertThat(Trust.mode(permissions("rw-------"), needed)).isEqualTo(0600);
        assertThatIllegalArgumentException().isThrownBy(() -> Trust.mode(permissions("r--r-----"), needed))
                .withMessageContaining("The owner needs");
        assertThatIllegalArgumentException().isThrownBy(() -> Trust.mode(permissions("rwxrwxrwx"), needed))
                .withMessageContaining("others must not write");
    }

    @ParameterizedTest
    @CsvSource({ "rw-------, 0600", "rw-rw----, 0660" })
    void aSegmentsGroupReadsAndWritesOrDoesNeither(String text, String mode) {
        assertThat(Trust.segmentMode(permissions(text))).isEqualTo(Integer.parseInt(mode, 8));
    }

    @ParameterizedTest
    @ValueSource(strings = { "rw-r-----", "rw--w----", "rw----r--", "rw-rw-r--", "rw-rw---x", "r--------",
        "-w-------" })
    void whoMayOnlyReadASegmentCouldLockOthersOut(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Trust.segmentMode(permissions(text)));
    }
}
