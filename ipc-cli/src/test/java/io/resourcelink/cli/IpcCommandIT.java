package io.resourcelink.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

/** The jar that operators run, in processes that live and die on their own. */
@ExtendWith(SharedMemoryDirectory.class)
class IpcCommandIT {

    @TempDir
    private Path disk;

    @Test
    void referencesAreCountedOverProcessesAndForgottenWithThem(Path directory) throws IOException {
        try (IpcProcess creator = IpcProcess.start(directory, "create", "frames", "--size", "64k", "--ttl", "1h")) {
            assertThat(creator.readLine())
                    .isEqualTo("created frames kind=shared-memory refcount=1 payloadSize=65536 ttl=1h");
            try (IpcProcess acquirer = IpcProcess.start(directory, "acquire", "frames", "--count", "3")) {
                assertThat(acquirer.readLine())
                        .isEqualTo("acquired frames kind=shared-memory refcount=4 payloadSize=65536 ttl=1h");
                assertThat(IpcProcess.run(directory, "ls", "--json").out())
                        .startsWith("{\"segments\":[{\"key\":\"frames\",\"kind\":\"shared-memory\",\"refcount\":4,");

                acquirer.kill();
            }
            assertThat(IpcProcess.run(directory, "ls", "--json").out()).contains("\"refcount\":1,");

            assertThat(creator.end()).isEqualTo(new CommandRun(0, "", ""));
        }
        assertThat(IpcProcess.run(directory, "ls", "--json").out()).isEqualTo("{\"segments\":[]}\n");
    }

    @Test
    void theDoctorNamesTheProcessesThatHoldASegment(Path directory) throws IOException {
        try (IpcProcess creator = IpcProcess.start(directory, "create", "frames", "--size", "36")) {
            assertThat(creator.readLine()).startsWith("created frames ");
            try (IpcProcess acquirer = IpcProcess.start(directory, "acquire", "frames")) {
                assertThat(acquirer.readLine()).startsWith("acquired frames ");

                CommandRun run = IpcProcess.run(directory, "doctor", "--json");

                assertThat(run.err()).isEmpty();
                assertThat(run.exitCode()).isZero();
                String holder = "\\{\"pid\":%d,\"name\":\"ipc.jar\",\"mapped\":true,\"open\":true}";
                long first = Math.min(creator.pid(), acquirer.pid());
                long second = Math.max(creator.pid(), acquirer.pid());
                assertThat(run.out()).containsPattern("\"key\":\"frames\",\"kind\":\"shared-memory\",\"refcount\":2,"
                        + "\"size\":100,\"holders\":\\[" + holder.formatted(first) + "," + holder.formatted(second));

                acquirer.kill();
            }
            assertThat(IpcProcess.run(directory, "doctor").lines())
                    .anyMatch(line -> line.endsWith("100B  " + creator.pid() + " ipc.jar (mapped, open)"));
            creator.end();
        }
    }

    @ParameterizedTest
    @CsvSource({ "TERM,143", "INT,130", "HUP,129" })
    void aSignalReleasesTheSegment(String signal, int exitCode, Path directory) throws IOException {
        try (IpcProcess creator = IpcProcess.start(directory, "create", "frames", "--size", "1", "--hold", "1d")) {
            assertThat(creator.readLine()).startsWith("created frames ");

            creator.signal(signal);

            assertThat(creator.rest()).isEqualTo(new CommandRun(exitCode, "", ""));
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatAKilledProcessLeavesIsCollected(Path directory) throws IOException {
        try (IpcProcess creator = IpcProcess.start(directory, "create", "frames", "--size", "36")) {
            assertThat(creator.readLine()).startsWith("created frames ");
            creator.kill();
        }
        assertThat(directory.resolve("frames")).exists();

        CommandRun run = IpcProcess.run(directory, "gc", "--json");

        assertThat(run.out()).isEqualTo("""
                {"collected":[{"key":"frames","kind":"shared-memory","reason":"unreferenced","bytes":100}],\
                "skipped":[],"bytes":100,"dryRun":false}
                """);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aSignalWhileAPayloadIsWrittenLeavesNothing(Path directory) throws IOException {
        Path pipe = disk.resolve("pipe");
        try (IpcProcess cat = IpcProcess.shell(directory, """
                set -e
                mkfifo "%s"
                "$@" create frames --size 8M --keep --hold 0s >&2
                "$@" cat frames --out "%s" & job=$!
                exec 3<"%s"
                head -c 1000 <&3 | wc -c
                kill -TERM $job
                wait $job || echo "ended with $?"
                "$@" ls --json
                """.formatted(pipe, pipe, pipe))) {
            CommandRun run = cat.rest();

            assertThat(run.lines().get(0)).isEqualTo("1000");
            assertThat(run.lines().get(1)).isEqualTo("ended with 143");
            assertThat(run.lines().get(2)).contains("\"refcount\":0,");
            assertThat(run.err()).startsWith("created frames ").hasLineCount(1);
        }
        assertThat(IpcProcess.run(directory, "rm", "frames").out()).isEqualTo("removed frames\n");
    }

    @Test
    void aSignalLeavesNoPartialFile(Path directory) throws IOException {
        try (IpcProcess creator = IpcProcess.start(directory, "create", "frames", "--size", "256M")) {
            assertThat(creator.readLine()).startsWith("created frames ");
            try (IpcProcess cat = IpcProcess.start(directory, "cat", "frames", "--out", disk + "/frames.bin")) {
                IpcProcess.await("the file to be begun", () -> disk.toFile().list().length > 0);
                cat.signal("TERM");
                CommandRun run = cat.rest();
                assertThat(run.err()).isEmpty();
                // It may have been faster than the signal.
                assertThat(disk.toFile().list()).hasSize(run.exitCode() == 0 ? 1 : 0);
            }
            creator.end();
        }
    }

    @Test
    void aReaderMayLeaveAtAnyTime(Path directory) throws IOException {
        CommandRun run = IpcProcess.shell(directory, """
                "$@" create frames --size 8M --keep --hold 0s >/dev/null
                "$@" ls | head -1
                echo ${PIPESTATUS[0]}
                "$@" ls | true
                echo ${PIPESTATUS[0]}
                "$@" cat frames | head -c 10 | wc -c
                echo ${PIPESTATUS[0]}
                "$@" --help | true
                echo ${PIPESTATUS[0]}
                "$@" rm frames >/dev/null
                """).rest();

        assertThat(run.err()).isEmpty();
        assertThat(run.lines().getFirst()).startsWith("KEY ");
        assertThat(run.lines().subList(1, run.lines().size())).containsExactly("0", "0", "10", "0", "0");
    }

    @Test
    void aFullDiskBehindARedirectionIsAnError(Path directory) throws IOException {
        CommandRun run = IpcProcess.shell(directory, "\"$@\" ls --json >/dev/full; echo $?").rest();

        assertThat(run.lines()).containsExactly("1");
        assertThat(run.err()).isEqualTo("error: No space left on device\n");
    }

    @Test
    void payloadsPassThroughPipes(Path directory) throws IOException {
        CommandRun run = IpcProcess.shell(directory, """
                head -c 3000000 /dev/urandom | tee "%s/a" | "$@" create frames --from - --keep
                "$@" cat frames | cmp - "%s/a" && echo same
                "$@" cat frames --out "%s/b" && cmp "%s/a" "%s/b" && echo same
                "$@" rm frames
                """.formatted(disk, disk, disk, disk, disk)).rest();

        assertThat(run.err()).isEmpty();
        assertThat(run.lines()).containsExactly(
                "created frames kind=shared-memory refcount=1 payloadSize=3000000 ttl=-", "same", "same",
                "removed frames");
    }

    @Test
    void failuresAreOneLineAndAnExitCode(Path directory) throws IOException {
        CommandRun missing = IpcProcess.run(directory, "cat", "frames");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.out()).isEmpty();
        assertThat(missing.err()).startsWith("error: No segment \"frames\" in " + directory).hasLineCount(1);

        CommandRun wrong = IpcProcess.run(directory, "create", "frames");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.out()).isEmpty();
        assertThat(wrong.err()).startsWith("error: Missing required argument");
    }

    @Test
    void theVersionIsThatOfTheBuild(Path directory) throws IOException {
        assertThat(IpcProcess.run(directory, "--version").out()).matches("ipc \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n");
    }

    @Test
    void mappedFilesLieWhereTheyAreTold(Path directory) throws IOException {
        Path files = disk.resolve("segments");

        CommandRun run = IpcProcess.run(files, "create", "frames", "--size", "1", "--kind", "mapped-file", "--keep");

        assertThat(run.out()).startsWith("created frames kind=mapped-file ");
        assertThat(Files.size(files.resolve("frames"))).isEqualTo(65);
        assertThat(IpcProcess.run(files, "--kind", "mapped-file", "ls", "--json").out()).contains("\"mapped-file\"");
        assertThat(directory).isEmptyDirectory();
    }
}
