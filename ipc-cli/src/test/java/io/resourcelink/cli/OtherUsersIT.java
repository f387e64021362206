package io.resourcelink.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.OtherUser;
import io.resourcelink.PeerProcess;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.NamedServer;

import static org.assertj.core.api.Assertions.assertThat;

/** The command in directories that several ordinary users share. */
@Timeout(180)
@ExtendWith(SharedMemoryDirectory.class)
class OtherUsersIT {

    private static final int GROUP = 54_714;
    private static final OtherUser ANNA = new OtherUser(54_005, 54_005, List.of(GROUP));
    private static final OtherUser BEN = new OtherUser(54_006, 54_006, List.of(GROUP));

    @TempDir
    private static Path copies;

    private static String classPath = "";

    private Path pictures = Path.of("unset");

    @BeforeAll
    static void otherUsersCanRunTheseClasses() throws Exception {
        Files.setAttribute(copies, "unix:mode", 0755);
        classPath = OtherUser.readableClassPath(copies);
        ANNA.assumeCanRun(classPath);
    }

    /** The first user makes the directory, so all may create files in its parent, as in {@code /dev/shm}. */
    @BeforeEach
    void allowAllUsersToMakeDirectories(Path directory) throws IOException {
        Files.setAttribute(directory, "unix:mode", 01777);
        pictures = directory.resolve("pictures");
    }

    private CommandRun run(OtherUser user, String... arguments) throws Exception {
        List<String> options = new ArrayList<>(List.of("--directory", pictures.toString()));
        options.addAll(List.of(arguments));
        Process process = new ProcessBuilder(user.command(classPath, IpcCommand.class.getName(),
                options.toArray(String[]::new))).redirectInput(Path.of("/dev/null").toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new CommandRun(process.waitFor(), out, err);
    }

    private static String trusting() {
        return "--trusted-owners=" + ANNA.user() + "," + BEN.user();
    }

    private void create(String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("create", "frame", "--size", "100", "--keep", "--ttl", "1h"));
        arguments.addAll(List.of(options));
        assertThat(run(ANNA, arguments.toArray(String[]::new)).err()).isEmpty();
    }

    private static void remove(Path directory) throws IOException {
        for (String name : List.of("frame", ".stage", ".")) {
            Files.deleteIfExists(directory.resolve(name).normalize());
        }
    }

    @Test
    void directoryOfAGroupIsForItsMembersAndRoot() throws Exception {
        create(trusting(), "--directory-group=" + GROUP);

        assertThat(Files.getAttribute(pictures, "unix:gid")).isEqualTo(GROUP);
        assertThat(run(BEN, trusting(), "ls").lines()).hasSize(2).last().asString().startsWith("frame ");
        assertThat(run(BEN, trusting(), "info", "frame").out()).contains("payload size: 100");
        assertThat(run(BEN, trusting(), "doctor").out()).contains("frame ");
        assertThat(run(BEN, trusting(), "gc").out()).contains("0 collected", "kept");
        assertThat(CommandRun.in(pictures, trusting(), "ls").lines()).as("as root").hasSize(2);
        assertThat(CommandRun.in(pictures, "ls").err()).as("as root").contains("--trusted-owners");
        assertThat(run(BEN, "ls").err()).contains("belongs to user " + ANNA.user(), "--trusted-owners");
        assertThat(run(BEN, trusting(), "rm", "frame").exitCode()).isZero();
        remove(pictures);
    }

    @Test
    void whatBelongsToOthersInAStickyDirectoryIsNamed() throws Exception {
        Files.createDirectory(pictures);
        Files.setAttribute(pictures, "unix:mode", 01777);
        create();

        CommandRun run = run(BEN, "ls");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("1 file was left out: frame", "--trusted-owners");
        remove(pictures);
    }

    @Test
    void destinationThatAnotherUserOfTheGroupServesIsSeen(Path directory) throws Exception {
        create(trusting(), "--directory-group=" + GROUP);
        try (PeerProcess anna = PeerProcess.start(ANNA.command(classPath, Serving.class.getName(), pictures.toString(),
                Integer.toString(ANNA.user()), Integer.toString(BEN.user()), Integer.toString(GROUP)))) {
            anna.expect("ready");

            assertThat(run(ANNA, trusting(), "channels").lines()).last().asString()
                    .startsWith("pictures ").contains(" " + anna.pid() + " ");
            assertThat(run(BEN, trusting(), "channels").lines()).last().asString()
                    .as("a user may not see which process of another user has a socket").startsWith("pictures ")
                    .contains(" - ");
            assertThat(CommandRun.in(pictures, trusting(), "channels").lines()).as("as root").last().asString()
                    .contains(" " + anna.pid() + " ");
        }
        SharedMemoryDirectory.files(pictures.resolve(".channels"));
        Files.deleteIfExists(pictures.resolve(".channels"));
        remove(pictures);
    }

    /** Serves a destination for a group, as the documentation says, until its standard input ends. */
    static final class Serving {

        private Serving() {}

        public static void main(String[] arguments) throws IOException {
            try (Channel channel = Channel.builder().codec(ServingProcess.bytes())
                    .directoryOfSegments(Path.of(arguments[0])).trustOwner(arguments[1])
                    .trustOwner(arguments[2]).directoryGroup(arguments[3])
                    .directoryPermissions(PosixFilePermissions.fromString("rwxrwx---")).open();
                    NamedServer<byte[]> _ = channel.serve("pictures", byte[].class)) {
                System.out.println("ready");
                System.in.transferTo(System.err);
            }
        }
    }
}
