package io.resourcelink;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.IpcException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Two users of one group, each a real one. */
@ExtendWith(SharedMemoryDirectory.class)
class GroupSharingIT {

    private static final int GROUP = 54_711;
    private static final int CREATOR = 54_001;
    private static final int OTHER = 54_002;

    @BeforeAll
    static void otherUsersCanRunTheseClasses() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can be two users");
        List<String> command = new ArrayList<>(as(CREATOR));
        command.addAll(member("/nowhere"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(process.waitFor() == 0 && output.contains("PermissionException"),
                "another user cannot run the test's classes: " + output);
    }

    private static List<String> as(int user) {
        return List.of("setpriv", "--reuid=" + user, "--regid=" + GROUP, "--clear-groups", "--inh-caps=-all",
                "--bounding-set=-all");
    }

    private static List<String> member(String directory) {
        List<String> command = new ArrayList<>(PeerProcess.java(Member.class));
        command.add(directory);
        return command;
    }

    private static PeerProcess start(int user, Path directory) throws IOException {
        List<String> command = new ArrayList<>(as(user));
        command.addAll(member(directory.toString()));
        PeerProcess member = PeerProcess.start(command);
        member.expect("ready");
        return member;
    }

    private static void shareWithGroup(Path directory, int mode) throws IOException {
        Files.setAttribute(directory, "unix:gid", GROUP);
        Files.setAttribute(directory, "unix:mode", mode);
    }

    @Test
    void whatAKilledCreatorLeftIsRemovedByTheLastHolderOfAnotherUser(Path directory) throws Exception {
        shareWithGroup(directory, 02770);
        try (PeerProcess creator = start(CREATOR, directory); PeerProcess other = start(OTHER, directory)) {
            assertThat(creator.ask("create")).isEqualTo("ok");
            assertThat(other.ask("acquire")).isEqualTo("ok");
            creator.kill();
            assertThat(other.ask("close")).isEqualTo("ok");
            assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
        }
    }

    @Test
    void whereOnlyTheOwnerMayRemoveItTheErrorNamesHim(Path directory) throws Exception {
        shareWithGroup(directory, 03770);
        try (PeerProcess creator = start(CREATOR, directory); PeerProcess other = start(OTHER, directory)) {
            assertThat(creator.ask("create")).isEqualTo("ok");
            assertThat(other.ask("acquire")).isEqualTo("ok");
            creator.kill();
            assertThat(other.ask("close")).isEqualTo("ok");
            assertThat(other.ask("create")).contains("user " + CREATOR).contains("root");
            assertThat(other.ask("sweep")).contains("user " + CREATOR).contains("root");
        }
        Files.delete(directory.resolve("frame"));
    }

    /** One process of one of the users. */
    static final class Member {

        public static void main(String[] arguments) throws IOException {
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0]))
                    .directoryPermissions(PosixFilePermissions.fromString("rwxrwx---"))
                    .segmentPermissions(PosixFilePermissions.fromString("rw-rw----")).trustOwner(CREATOR)
                    .trustOwner(OTHER).build();
                    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                System.out.println("ready");
                ResourceLink link = null;
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    try {
                        switch (line) {
                            case "create" -> link = factory.create("frame", 8);
                            case "acquire" -> link = factory.acquire("frame");
                            case "sweep" -> {
                                System.out.println(factory.collectOrphans(Duration.ZERO));
                                continue;
                            }
                            default -> {
                                if (link != null) {
                                    link.close();
                                }
                            }
                        }
                        System.out.println("ok");
                    } catch (IpcException e) {
                        System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
                    }
                }
            } catch (IpcException e) {
                System.out.println(e.getClass().getSimpleName());
            }
        }
    }
}
