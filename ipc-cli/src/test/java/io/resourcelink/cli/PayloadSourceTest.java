package io.resourcelink.cli;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(SharedMemoryDirectory.class)
class PayloadSourceTest {

    @TempDir
    private Path disk;

    @Test
    void aFileThatShrinksMeanwhileIsAnError(Path directory) throws IOException {
        Path file = Files.write(disk.resolve("shrinking"), new byte[100]);
        try (PayloadSource source = PayloadSource.of(file);
                var factory = ResourceLinkFactory.builder().directory(directory).build()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(40);
            }

            assertThatExceptionOfType(EOFException.class).isThrownBy(() -> factory.publish("target", source.payload()))
                    .withMessage(file + " ended after 40 of 100 bytes");
            assertThat(factory.list()).isEmpty();
        }
    }

    @Test
    void aStreamIsAsLongAsItTurnsOutToBe() throws IOException {
        try (PayloadSource source = PayloadSource.spooled("stream", new ByteArrayInputStream(new byte[12_345]))) {
            assertThat(source.size()).isEqualTo(12_345);
        }
    }

    @Test
    void anEmptyFileIsAnEmptyPayload() throws IOException {
        try (PayloadSource source = PayloadSource.of(Files.createFile(disk.resolve("empty")))) {
            assertThat(source.size()).isZero();
        }
    }
}
