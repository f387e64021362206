package io.resourcelink.internal.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.OsException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(SharedMemoryDirectory.class)
class NameWatchTest {

    private static boolean isReady(Readiness readiness) {
        return readiness.await(0) == 1;
    }

    @Test
    void tellsWhatIsDoneToTheNameAndNotWhatOthersDo(Path root) throws IOException {
        Files.createFile(root.resolve("file"));
        try (Directory directory = Directory.open(root, 0700);
                Readiness readiness = Readiness.open();
                NameWatch watch = NameWatch.open(directory, "file")) {
            readiness.add(watch.file(), 1);
            Files.write(root.resolve("other"), new byte[1]);
            Files.delete(root.resolve("other"));
            Files.write(root.resolve("file"), new byte[1]);
            assertThat(isReady(readiness)).as("others are made and removed, and it is written").isFalse();

            Files.setPosixFilePermissions(root.resolve("file"), PosixFilePermissions.fromString("rw-r-----"));
            assertThat(isReady(readiness)).as("others may read it").isTrue();
            watch.clear();
            assertThat(isReady(readiness)).as("told once").isFalse();

            Files.move(root.resolve("file"), root.resolve("moved"));
            assertThat(isReady(readiness)).as("it is moved").isTrue();
            watch.clear();
            Files.delete(root.resolve("moved"));
            assertThat(isReady(readiness)).as("it is removed").isTrue();
        }
    }

    @Test
    void aFileThatIsOpenIsToldAsRemoved(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700);
                PacketSocket socket = PacketSocket.listen(directory, "socket");
                Readiness readiness = Readiness.open();
                NameWatch watch = NameWatch.open(directory, "socket")) {
            assertThat(socket).isNotNull();
            readiness.add(watch.file(), 1);
            Files.delete(root.resolve("socket"));
            assertThat(isReady(readiness)).isTrue();
        }
    }

    @Test
    void aNameThatIsNotThereIsRefused(Path root) {
        Map<Integer, String> before = Descriptors.open();
        try (Directory directory = Directory.open(root, 0700)) {
            assertThatExceptionOfType(OsException.class).isThrownBy(() -> NameWatch.open(directory, "nothing"))
                    .satisfies(failure -> assertThat(failure.errno()).isEqualTo(Errno.ENOENT));
        }
        assertThat(Descriptors.open()).isEqualTo(before);
    }
}
