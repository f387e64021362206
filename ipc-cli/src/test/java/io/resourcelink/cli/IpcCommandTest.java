package io.resourcelink.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
class IpcCommandTest {

    @Test
    void withoutACommandTheUsageIsWrong() {
        CommandRun run = CommandRun.of();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("error: Missing required subcommand\nTry 'ipc --help'.\n");
    }

    @Test
    void helpNamesEveryCommand() {
        CommandRun run = CommandRun.of("--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Usage: ipc ", " ls ", " info ", " create ", " cat ", " acquire ", " gc ",
                " rm ", " channels ", " claim ", " doctor ", "Exit codes:", "Examples:");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "ls", "info", "create", "cat", "acquire", "gc", "rm", "channels", "claim", "doctor" })
    void everyCommandExplainsItself(String command) {
        CommandRun option = CommandRun.of(command, "--help");
        CommandRun word = CommandRun.of("help", command);

        assertThat(option.exitCode()).isZero();
        assertThat(option.out()).startsWith("Usage: ipc " + command + " ").contains("--directory", "--kind")
                .isEqualTo(word.out());
    }

    @Test
    void versionIsOneLine() {
        assertThat(CommandRun.of("--version").lines()).singleElement().asString().startsWith("ipc ");
        assertThat(CommandRun.of("ls", "--version").out()).isEqualTo(CommandRun.of("--version").out());
    }

    @Test
    void completionIsAScript() {
        CommandRun run = CommandRun.of("generate-completion");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("#!/usr/bin/env bash").contains("shared-memory", "mapped-file", "--max-age");
    }

    @Test
    void aMistypedCommandIsWrongUsageWithASuggestion() {
        CommandRun run = CommandRun.of("inof");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("error: Unmatched argument at index 0: 'inof'\n").contains("info")
                .endsWith("Try 'ipc --help'.\n");
    }

    @Test
    void aMissingKeyIsWrongUsage() {
        assertThat(CommandRun.of("info")).returns(2, CommandRun::exitCode).extracting(CommandRun::err)
                .isEqualTo("error: Missing required parameter: 'KEY'\nTry 'ipc info --help'.\n");
    }

    @Test
    void anUnknownKindIsWrongUsage() {
        assertThat(CommandRun.of("ls", "--kind", "disk")).returns(2, CommandRun::exitCode).extracting(CommandRun::err)
                .asString().startsWith("error: Invalid value for option '--kind': 'disk' is none of shared-memory,"
                        + " mapped-file\n");
    }

    @Test
    void anEmptyDirectoryIsWrongUsage() {
        assertThat(CommandRun.of("ls", "--directory", "")).returns(2, CommandRun::exitCode)
                .extracting(CommandRun::err).isEqualTo("""
                        error: Invalid value for option '--directory': it is empty
                        Try 'ipc ls --help'.
                        """);
    }

    @Test
    void whatIsNoDirectoryFails(Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        for (String command : List.of("ls", "channels")) {
            assertThat(CommandRun.in(file, command)).returns(1, CommandRun::exitCode).returns("", CommandRun::out)
                    .extracting(CommandRun::err).asString().contains(file.toString());
        }
        Files.delete(file);
    }

    @Test
    void sharedOptionsStandBeforeOrAfterTheCommand(Path directory) {
        String path = directory.toString();
        CommandRun.in(directory, "create", "a", "--size", "1", "--keep");

        CommandRun before = CommandRun.of("--directory", path, "--kind", "shared-memory", "info", "a");
        CommandRun after = CommandRun.of("info", "--directory", path, "--kind=shared-memory", "a");

        assertThat(before.exitCode()).isZero();
        assertThat(after.exitCode()).isZero();
        CommandRun.in(directory, "rm", "a");
    }

    @Test
    void anErrorIsOneLineWhateverTheKeyContains(Path directory) {
        CommandRun run = CommandRun.in(directory, "info", "a\nb\u001b[31m");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("error: No segment \"a\\nb\\u001b[31m\" in " + directory).endsWith(".\n");
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void debugPrintsTheStackTrace(Path directory) {
        CommandRun run = CommandRun.in(directory, "info", "a", "--debug");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("error: No segment").contains("SegmentNotFoundException", "\tat ");
    }

    @Test
    void aKeyMayLookLikeAnArgumentFileOrAnOption(Path directory) {
        CommandRun file = CommandRun.in(directory, "create", "@a", "--size", "1");
        CommandRun option = CommandRun.in(directory, "create", "--size", "1", "--", "-a");

        assertThat(file.out()).startsWith("created @a ");
        assertThat(option.out()).startsWith("created -a ");
    }

    @Test
    void aKeyThatTheLocaleMangledIsRefused(Path directory) {
        CommandRun run = CommandRun.in(directory, "create", "schl\uFFFD\uFFFDssel", "--size", "1");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("LC_ALL=C.UTF-8");
    }

    @Test
    void anInvalidKeyFails(Path directory) {
        CommandRun run = CommandRun.in(directory, "create", "a/b", "--size", "1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("error: \"a/b\" is no key");
    }

    @Test
    void aReaderThatLeavesIsNoError(Path directory) {
        assertThat(withOutput(failing("Broken pipe"), "ls", "--json", "--directory", directory.toString())).isZero();
    }

    @Test
    void lookingMakesNoDirectory(Path directory) {
        Path missing = directory.resolve("missing");

        for (CommandRun run : List.of(CommandRun.in(missing, "ls"), CommandRun.in(missing, "ls", "--json"))) {
            assertThat(run).returns(1, CommandRun::exitCode).returns("", CommandRun::out)
                    .returns("error: No directory " + missing
                            + ". Check --directory. A directory that was not used yet is"
                            + " made with its first segment.\n", CommandRun::err);
        }
        assertThat(CommandRun.in(missing, "gc").out()).isEqualTo("0 collected, 0B freed, 0 skipped\n");
        for (String command : new String[]{ "info", "cat", "acquire", "rm" }) {
            assertThat(CommandRun.in(missing, command, "a")).returns(1, CommandRun::exitCode)
                    .extracting(CommandRun::err).asString().startsWith("error: No segment \"a\" in " + missing);
        }
        assertThat(CommandRun.in(missing, "channels")).returns(1, CommandRun::exitCode).returns("", CommandRun::out)
                .returns("error: No directory " + missing + ". Check --directory. A directory that was not used yet is"
                        + " made with its first channel.\n", CommandRun::err);
        assertThat(missing).doesNotExist();
    }

    @Test
    void lookingMakesNoDefaultDirectoryEither() throws IOException {
        Path absent = Path.of("/var/tmp/ipc-" + Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        boolean before = Files.exists(absent);

        assertThat(CommandRun.of("ls", "--kind", "mapped-file").exitCode()).isZero();
        assertThat(CommandRun.of("info", "no such segment", "--kind", "mapped-file").exitCode()).isEqualTo(1);

        assertThat(Files.exists(absent)).isEqualTo(before);
    }

    private static int withOutput(OutputStream out, String... arguments) {
        var err = new ByteArrayOutputStream();
        int exitCode = IpcCommand.commandLine(new StandardStreams(InputStream.nullInputStream(), out, err))
                .execute(arguments);
        assertThat(err.size()).isZero();
        return exitCode;
    }

    private static OutputStream failing(String reason) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
    }

    @Test
    void standardInputIsNotTouchedByLooking(Path directory) {
        Runnable read = () -> {
            throw new AssertionError("waited for standard input");
        };

        assertThat(CommandRun.holding(directory, read, "ls").exitCode()).isZero();
    }
}
