package io.resourcelink.internal.os;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.OsException;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.Directory.Named;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** The kernel's own answers, one success and one failure for each word. */
@ExtendWith(SharedMemoryDirectory.class)
class DirectoryTest {

    @Test
    void makesTheDirectoryForItsOwnerAlone(Path root) throws IOException {
        Path path = root.resolve("new");
        try (Directory directory = Directory.open(path, 0700); CallFrame frame = new CallFrame()) {
            assertThat(directory.status(frame).mode() & 0777).isEqualTo(0700);
            assertThat(directory.status(frame).owner()).isEqualTo(Platform.userId());
            assertThat(directory.status(frame).isRegular()).isFalse();
        }
        Files.delete(path);
    }

    @Test
    void isLockedByManyOrByOne(Path root) {
        try (Directory directory = Directory.open(root, 0700); Directory other = Directory.open(root, 0700)) {
            try (OpenFile first = DirectoryLock.SHARED.tryLock(directory);
                    OpenFile second = DirectoryLock.SHARED.tryLock(other)) {
                assertThat(first).isNotNull();
                assertThat(second).isNotNull();
                assertThat(DirectoryLock.EXCLUSIVE.tryLock(other)).as("EWOULDBLOCK").isNull();
            }
            try (OpenFile alone = DirectoryLock.EXCLUSIVE.tryLock(other)) {
                assertThat(alone).isNotNull();
                assertThat(DirectoryLock.SHARED.tryLock(directory)).isNull();
                assertThat(DirectoryLock.EXCLUSIVE.tryLock(other)).isNull();
            }
            Objects.requireNonNull(DirectoryLock.EXCLUSIVE.tryLock(directory)).close();
            try (SystemCalls _ = SystemCalls.failing("flock", 1, Errno.EINTR)) {
                assertThat(DirectoryLock.SHARED.tryLock(directory)).as("it never waits").isNull();
            }
            try (SystemCalls _ = SystemCalls.failing("flock", 1, Errno.ENOLCK)) {
                assertThatExceptionOfType(RuntimeException.class)
                        .isThrownBy(() -> DirectoryLock.SHARED.tryLock(directory)).withMessageContaining("flock");
            }
        }
    }

    @Test
    void isNotLockedOnceItIsClosed(Path root) {
        Directory directory = Directory.open(root, 0700);
        directory.close();
        assertThatIllegalStateException().isThrownBy(() -> DirectoryLock.SHARED.tryLock(directory));
    }

    @Test
    void refusesAMissingParentAFileAndALink(Path root) throws IOException {
        assertErrno(Errno.ENOENT, "mkdirat", () -> Directory.open(root.resolve("no/such"), 0700));
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> Directory.open(root.resolve("no/such"), 0700))
                .withMessageContaining("the parent of this directory does not exist; create the parent");
        Path file = Files.createFile(root.resolve("file"));
        assertErrno(Errno.ENOTDIR, "openat", () -> Directory.open(file, 0700));
        Path link = Files.createSymbolicLink(root.resolve("link"), root);
        assertErrno(Errno.ENOTDIR, "openat", () -> Directory.open(link, 0700));
        Files.delete(link);
        Files.delete(file);
    }

    @Test
    void namesAnUnnamedFileOnceInEitherWay(Path root) {
        try (Directory directory = Directory.open(root, 0700); CallFrame frame = new CallFrame()) {
            for (NamingMethod naming : NamingMethod.values()) {
                try (OpenFile file = created(directory, frame)) {
                    assertThat(directory.names(frame)).isEmpty();
                    assertThat(file.status(frame).links()).isZero();
                    assertThat(naming.name(frame, file, directory, "name")).isEqualTo(Named.DONE);
                    assertThat(file.status(frame).links()).isOne();
                    assertThat(directory.names(frame)).containsExactly("name");
                }
                try (OpenFile other = created(directory, frame)) {
                    assertThat(naming.name(frame, other, directory, "name")).isEqualTo(Named.TAKEN);
                }
                assertThat(directory.unlink(frame, "name")).isTrue();
                assertThat(directory.unlink(frame, "name")).isFalse();
            }
        }
    }

    @Test
    void asksHowFilesMayBeNamedWithoutNamingAny(Path root) {
        try (Directory directory = Directory.open(root, 0700); CallFrame frame = new CallFrame()) {
            try (OpenFile file = created(directory, frame)) {
                for (NamingMethod naming : NamingMethod.values()) {
                    assertThat(naming.isAllowed(frame, file, directory)).isTrue();
                }
                assertThat(file.status(frame).links()).isZero();
            }
            assertThat(directory.allowsMoving(frame)).isTrue();
            assertThat(root).isEmptyDirectory();
        }
    }

    @Test
    void opensOnlyADirectoryThatIsThere(Path root) throws IOException {
        try (Directory directory = Directory.openExisting(root); CallFrame frame = new CallFrame()) {
            assertThat(Objects.requireNonNull(directory).names(frame)).isEmpty();
        }
        assertThat(Directory.openExisting(root.resolve("missing"))).isNull();
        Path file = Files.createFile(root.resolve("file"));
        assertErrno(Errno.ENOTDIR, "openat", () -> Directory.openExisting(file));
        Files.delete(file);
    }

    @Test
    void movesAFileOntoAFreeNameOnly(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700);
                CallFrame frame = new CallFrame();
                Directory stage = directory.openChild(frame, ".stage", 0700)) {
            Objects.requireNonNull(stage.createNamed(frame, "a", 0600)).close();
            Objects.requireNonNull(stage.createNamed(frame, "b", 0600)).close();
            assertThat(directory.moveHere(frame, stage, "a", "key")).isEqualTo(Named.DONE);
            assertThat(directory.moveHere(frame, stage, "b", "key")).isEqualTo(Named.TAKEN);
            assertThat(directory.moveHere(frame, stage, "a", "other")).isEqualTo(Named.REFUSED);
            assertThat(stage.names(frame)).containsExactly("b");
            assertErrno(Errno.EEXIST, "openat", () -> stage.createNamed(frame, "b", 0600));
            stage.unlink(frame, "b");
            directory.unlink(frame, "key");
        }
        Files.delete(root.resolve(".stage"));
    }

    @Test
    void opensFilesAndSaysWhatElseItMet(Path root) throws Exception {
        Files.createSymbolicLink(root.resolve("link"), Path.of("/etc/passwd"));
        Files.createDirectory(root.resolve("directory"));
        try (Directory directory = Directory.open(root, 0700);
                CallFrame frame = new CallFrame();
                ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(root.resolve("socket")));
            assertThat(directory.open(frame, "missing", Access.USE)).isNull();
            assertNotAFile(directory, frame, "link", "a symbolic link");
            assertNotAFile(directory, frame, "directory", "a directory");
            assertNotAFile(directory, frame, "socket", "a socket or device");
            Objects.requireNonNull(directory.createNamed(frame, "file", 0600)).close();
            try (OpenFile file = Objects.requireNonNull(directory.open(frame, "file", Access.LOOK))) {
                assertThat(file.status(frame).isRegular()).isTrue();
                assertErrno(Errno.EBADF, "fcntl", () -> file.tryLock(frame, 0, 1));
            }
            directory.unlink(frame, "file");
        }
        for (String name : new String[]{ "link", "directory", "socket" }) {
            Files.delete(root.resolve(name));
        }
    }

    private static void assertNotAFile(Directory directory, CallFrame frame, String name, String found) {
        assertThatExceptionOfType(NotAFileException.class).isThrownBy(() -> directory.open(frame, name, Access.USE))
                .satisfies(e -> assertThat(e.found()).isEqualTo(found));
    }

    @Test
    void listsThousandsOfNamesButNoHiddenOnes(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700); CallFrame frame = new CallFrame()) {
            for (int number = 0; number < 3000; number++) {
                Objects.requireNonNull(directory.createNamed(frame, "name-" + number, 0600)).close();
            }
            Objects.requireNonNull(directory.createNamed(frame, ".hidden", 0600)).close();
            String longest = "n".repeat(255);
            Objects.requireNonNull(directory.createNamed(frame, longest, 0600)).close();
            assertThat(directory.names(frame)).hasSize(3001).doesNotHaveDuplicates().contains("name-2999", longest);
            directory.names(frame).forEach(name -> directory.unlink(frame, name));
            directory.unlink(frame, ".hidden");
        }
    }

    @Test
    void answersTheKernelOnSpaceAndNames(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700); CallFrame frame = new CallFrame()) {
            Space space = directory.space(frame);
            assertThat(FileSystem.of(space.type())).contains(FileSystem.TMPFS);
            assertThat(space.total()).isEqualTo(Files.getFileStore(root).getTotalSpace());
            assertThat(space.free()).isBetween(1L, space.total());
            assertThat(directory.status(frame, "missing")).isNull();
            assertErrno(Errno.ENAMETOOLONG, "statx", () -> directory.status(frame, "x".repeat(256)));
        }
    }

    @Test
    void closesOnce(Path root) {
        Directory directory = Directory.open(root, 0700);
        directory.close();
        directory.close();
        try (CallFrame frame = new CallFrame()) {
            assertThatIllegalStateException().isThrownBy(() -> directory.names(frame));
        }
    }

    private static OpenFile created(Directory directory, CallFrame frame) {
        return Objects.requireNonNull(directory.createUnnamed(frame, "test", 0600));
    }

    static void assertErrno(int errno, String call, ThrowingCallable operation) {
        assertThatExceptionOfType(OsException.class).isThrownBy(operation).satisfies(e -> {
            assertThat(e.errno()).isEqualTo(errno);
            assertThat(e.call()).isEqualTo(call);
        });
    }
}
