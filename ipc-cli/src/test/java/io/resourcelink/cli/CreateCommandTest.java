package io.resourcelink.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@ExtendWith(SharedMemoryDirectory.class)
class CreateCommandTest {

    @TempDir
    private Path disk;

    @Test
    void holdsUntilStandardInputEnds(Path directory) {
        CommandRun run = CommandRun.holding(directory,
                () -> assertThat(CommandRun.in(directory, "ls", "--json").out()).contains("\"refcount\":1"), "create",
                "frames", "--size", "64k", "--ttl", "1h30m");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .isEqualTo("created frames kind=shared-memory refcount=1 payloadSize=65536 ttl=1h30m\n");
        assertThat(run.err()).isEmpty();
        assertThat(CommandRun.in(directory, "ls").out()).isEmpty();
    }

    @Test
    void holdsForAsLongAsTold(Path directory) {
        CommandRun run = CommandRun.holding(directory, () -> {
            throw new AssertionError("waited for standard input");
        }, "create", "frames", "--size", "1", "--hold", "1ms");

        assertThat(run.exitCode()).isZero();
        assertThat(CommandRun.in(directory, "ls").out()).isEmpty();
    }

    @Test
    void jsonIsTheSegmentAndTheEvent(Path directory) {
        assertThat(CommandRun.in(directory, "create", "frames", "--size", "1", "--ttl", "30s", "--json").out())
                .startsWith("{\"event\":\"created\",\"key\":\"frames\",\"kind\":\"shared-memory\",\"refcount\":1,")
                .contains("\"ttlMillis\":30000,").endsWith(",\"state\":\"open\",\"layout\":1}\n");
    }

    @Test
    void aKeptSegmentStays(Path directory) {
        assertThat(CommandRun.in(directory, "create", "frames", "--size", "1", "--keep", "--ttl", "1h").exitCode())
                .isZero();

        assertThat(CommandRun.in(directory, "ls").lines()).hasSize(2).last().asString()
                .matches("frames +shared-memory +0 +0 +\\S+ +1h +no +65B");
        CommandRun.in(directory, "rm", "frames");
    }

    @Test
    void takesItsPayloadFromAFileOfManyChunks(Path directory) throws IOException {
        byte[] content = new byte[3 * PayloadSource.CHUNK + 17];
        new Random(42).nextBytes(content);
        Path file = Files.write(disk.resolve("content"), content);

        CommandRun.holding(directory, () -> assertThat(CommandRun.in(directory, "cat", "frames").bytes())
                .isEqualTo(content), "create", "frames", "--from", file.toString());
    }

    @Test
    void takesItsPayloadFromAFileWithoutASize(Path directory) {
        CommandRun run = CommandRun.holding(directory,
                () -> assertThat(CommandRun.in(directory, "cat", "version").out()).startsWith("Linux version"),
                "create", "version", "--from", "/proc/version");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).doesNotContain("payloadSize=0");
    }

    @Test
    void takesItsPayloadFromStandardInput(Path directory) {
        var in = new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8));

        CommandRun run = CommandRun.with(in, "create", "greeting", "--from", "-", "--keep", "--directory",
                directory.toString());

        assertThat(run.out()).startsWith("created greeting ").contains(" payloadSize=5 ");
        assertThat(CommandRun.in(directory, "cat", "greeting").out()).isEqualTo("hello");
        CommandRun.in(directory, "rm", "greeting");
    }

    @Test
    void standardInputCannotBeBothPayloadAndHold(Path directory) {
        CommandRun run = CommandRun.in(directory, "create", "greeting", "--from", "-");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("error: --from - uses standard input up").contains("--hold", "--keep")
                .endsWith("Try 'ipc create --help'.\n");
    }

    @Test
    void sizeOrFileIsNeededAndNotBoth(Path directory) {
        assertThat(CommandRun.in(directory, "create", "a")).returns(2, CommandRun::exitCode).extracting(CommandRun::err)
                .asString().startsWith("error: Missing required argument (specify one of these): (--size=BYTES |");
        assertThat(CommandRun.in(directory, "create", "a", "--size", "1", "--from", "b"))
                .returns(2, CommandRun::exitCode).extracting(CommandRun::err).asString()
                .startsWith("error: --size=BYTES, --from=FILE are mutually exclusive");
    }

    @Test
    void sizesAndDurationsAreChecked(Path directory) {
        assertThat(CommandRun.in(directory, "create", "a", "--size", "1X").exitCode()).isEqualTo(2);
        assertThat(CommandRun.in(directory, "create", "a", "--size", "-1").exitCode()).isEqualTo(2);
        assertThat(CommandRun.in(directory, "create", "a", "--size", "1", "--ttl", "30").exitCode()).isEqualTo(2);
        assertThat(CommandRun.in(directory, "create", "a", "--size", "1", "--hold", "soon").exitCode()).isEqualTo(2);
    }

    @Test
    void aMissingFileFailsBeforeAnythingIsMade(Path directory) {
        Path missing = disk.resolve("missing");

        assertThat(CommandRun.in(directory, "create", "a", "--from", missing.toString()))
                .returns("error: No such file: " + missing + "\n", CommandRun::err).returns(1, CommandRun::exitCode);
        assertThat(CommandRun.in(directory, "create", "a", "--from", disk.toString()))
                .returns("error: " + disk + ": is a directory\n", CommandRun::err).returns(1, CommandRun::exitCode);
    }

    /** Files of /sys claim to have a page and end before that. */
    @Test
    void aPayloadThatEndsEarlyLeavesNothingBehindEvenIfItWasToBeKept(Path directory) throws IOException {
        Path file = Path.of("/sys/devices/system/cpu/online");
        assumeTrue(Files.isRegularFile(file));

        CommandRun run = CommandRun.in(directory, "create", "a", "--from", file.toString(), "--keep");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("error: " + file + " ended after " + Files.readString(file).length() + " of "
                + Files.size(file) + " bytes\n");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aTakenKeyFails(Path directory) {
        CommandRun.holding(directory, () -> {
            CommandRun second = CommandRun.in(directory, "create", "frames", "--size", "1");
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.err()).startsWith("error: Segment \"frames\" exists already in " + directory);
        }, "create", "frames", "--size", "1");
    }

    @Test
    void moreThanThereIsRoomForFails(Path directory) {
        CommandRun run = CommandRun.in(directory, "create", "frames", "--size", "512T");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("error: No space for segment \"frames\": it needs ");
    }

    @Test
    void makesTheDirectoryOfMappedFiles() {
        Path directory = disk.resolve("segments");

        CommandRun run = CommandRun.in(directory, "create", "frames", "--size", "1", "--kind", "mapped-file");

        assertThat(run.out()).startsWith("created frames kind=mapped-file ");
        assertThat(directory).isEmptyDirectory();
    }
}
