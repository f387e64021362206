package io.resourcelink.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
class CatCommandTest {

    private final byte[] content = new byte[2 * PayloadSource.CHUNK + 5];
    private ResourceLinkFactory factory;
    private ResourceLink link;

    @TempDir
    private Path disk;

    @BeforeEach
    void create(Path directory) {
        new Random(7).nextBytes(content);
        factory = ResourceLinkFactory.builder().directory(directory).build();
        link = factory.create("frames", content.length);
        link.writePayload(content);
    }

    @AfterEach
    void close() {
        factory.close();
    }

    @Test
    void writesThePayloadToStandardOutput(Path directory) {
        CommandRun run = CommandRun.in(directory, "cat", "frames");

        assertThat(run.exitCode()).isZero();
        assertThat(run.bytes()).isEqualTo(content);
        assertThat(link.refcount()).isEqualTo(1);
    }

    @Test
    void writesThePayloadToANewFile(Path directory) throws IOException {
        Path file = disk.resolve("frames.bin");

        CommandRun run = CommandRun.in(directory, "cat", "frames", "--out", file.toString());

        assertThat(run).returns(0, CommandRun::exitCode).returns("", CommandRun::out);
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        assertThat(disk.toFile().list()).containsExactly("frames.bin");
    }

    @Test
    void replacesAFileButNotTheLinkToIt(Path directory) throws IOException {
        Path file = Files.writeString(disk.resolve("old"), "old");
        Path symbolic = Files.createSymbolicLink(disk.resolve("link"), file);

        assertThat(CommandRun.in(directory, "cat", "frames", "--out", symbolic.toString()).exitCode()).isZero();

        assertThat(symbolic).isSymbolicLink();
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void writesToADeviceAsItStands(Path directory) {
        assertThat(CommandRun.in(directory, "cat", "frames", "--out", "/dev/null").exitCode()).isZero();
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    }

    @Test
    void aFullDeviceFails(Path directory) {
        assertThat(CommandRun.in(directory, "cat", "frames", "--out", "/dev/full")).returns(1, CommandRun::exitCode)
                .returns("error: No space left on device\n", CommandRun::err);
    }

    @Test
    void leavesNoPartialFileBehind(Path directory) throws IOException {
        Path file = Files.writeString(disk.resolve("frames.bin"), "as before");
        truncate(directory.resolve("frames"));

        CommandRun run = CommandRun.in(directory, "cat", "frames", "--out", file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("error: \"frames\" is not a usable segment");
        assertThat(file).hasContent("as before");
        assertThat(disk.toFile().list()).containsExactly("frames.bin");
        Files.delete(directory.resolve("frames"));
    }

    /** By another process: in this one, closing a channel would be a stranger's meddling with the locks under test. */
    private static void truncate(Path segment) throws IOException {
        try {
            assertThat(new ProcessBuilder("truncate", "--size", "4096", segment.toString()).start().waitFor()).isZero();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMissingDirectoryIsNamed(Path directory) {
        Path file = disk.resolve("missing/frames.bin");

        assertThat(CommandRun.in(directory, "cat", "frames", "--out", file.toString()))
                .returns(1, CommandRun::exitCode)
                .returns("error: No such file: " + file + ": its directory does not exist\n", CommandRun::err);
    }

    @Test
    void aMissingSegmentMakesNoFile(Path directory) {
        Path file = disk.resolve("other.bin");

        assertThat(CommandRun.in(directory, "cat", "other", "--out", file.toString()).exitCode()).isEqualTo(1);
        assertThat(file).doesNotExist();
    }
}
