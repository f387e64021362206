package io.resourcelink.channel;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.DirectoryLock;
import io.resourcelink.internal.os.OpenFile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
class LockedDirectoryTest {

    @Test
    void aDirectoryThatStaysLockedIsToldAsSuch(Path root) {
        Path path = root.resolve("channels");
        try (Directory directory = Directory.open(path, 0700);
                OpenFile lock = DirectoryLock.EXCLUSIVE.tryLock(directory)) {
            assertThat(lock).isNotNull();
            assertThatExceptionOfType(UnresponsiveException.class)
                    .isThrownBy(() -> Channel.builder().directory(path).open().close())
                    .withMessageContaining(path.toString()).withMessageContaining("for 5 s");
        }
    }
}
