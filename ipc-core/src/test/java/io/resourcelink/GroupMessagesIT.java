package io.resourcelink;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.SubSender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** Ordinary users who have a supplementary group in common exchange messages that carry links. */
@Timeout(120)
@ExtendWith(SharedMemoryDirectory.class)
class GroupMessagesIT {

    private static final int GROUP = 54_712;
    private static final int OTHER_GROUP = 54_713;
    private static final OtherUser ANNA = new OtherUser(54_003, 54_003, List.of(GROUP));
    private static final OtherUser BEN = new OtherUser(54_004, 54_004, List.of(GROUP));

    @BeforeAll
    static void otherUsersCanRunTheseClasses() throws Exception {
        ANNA.assumeCanRun(OtherUser.classPath());
    }

    /** The first user makes the directory, so all may create files in its parent, as in {@code /dev/shm}. */
    private static Path place(Path directory) throws IOException {
        Files.setAttribute(directory, "unix:mode", 01777);
        return directory.resolve("pictures");
    }

    private static PeerProcess start(OtherUser user, Path pictures, String trusted, String group) throws IOException {
        return PeerProcess.start(
                user.command(OtherUser.classPath(), Member.class.getName(), pictures.toString(), trusted, group));
    }

    private static PeerProcess start(OtherUser user, Path pictures) throws IOException {
        PeerProcess member = start(user, pictures, ANNA.user() + "," + BEN.user(), Integer.toString(GROUP));
        member.expect("ready");
        return member;
    }

    private static void remove(Path pictures) throws IOException {
        SharedMemoryDirectory.files(pictures.resolve(".channels"));
        for (String name : List.of(".channels", ".stage", ".")) {
            Files.deleteIfExists(pictures.resolve(name).normalize());
        }
    }

    @Test
    void theFirstUserMakesTheDirectoriesForTheGroup(Path directory) throws Exception {
        Path pictures = place(directory);
        try (PeerProcess _ = start(ANNA, pictures)) {
            for (Path made : List.of(pictures, pictures.resolve(".channels"))) {
                assertThat(Files.getAttribute(made, "unix:gid")).as(made.toString()).isEqualTo(GROUP);
                assertThat((int) Files.getAttribute(made, "unix:mode") & 07777).as(made.toString()).isEqualTo(02770);
                assertThat(Files.getAttribute(made, "unix:uid")).isEqualTo(ANNA.user());
            }
        }
        remove(pictures);
    }

    @Test
    void linksAreExchangedInBothDirections(Path directory) throws Exception {
        Path pictures = place(directory);
        try (PeerProcess anna = start(ANNA, pictures); PeerProcess ben = start(BEN, pictures)) {
            for (List<PeerProcess> pair : List.of(List.of(anna, ben), List.of(ben, anna))) {
                assertThat(pair.getFirst().ask("serve")).isEqualTo("ok");
                assertThat(pair.getLast().ask("send")).isEqualTo("ok");
                assertThat(pair.getFirst().ask("receive")).isEqualTo("a picture");
                assertThat(pair.getFirst().ask("serve")).isEqualTo("ok");
            }
        }
        assertThat(SharedMemoryDirectory.files(pictures)).isEmpty();
        remove(pictures);
    }

    /** With accounts that every Debian has. */
    @Test
    void usersAndTheGroupMayBeNamed(Path directory) throws Exception {
        int group = number("-g", "games");
        OtherUser daemon = new OtherUser(number("-u", "daemon"), number("-g", "daemon"), List.of(group));
        OtherUser bin = new OtherUser(number("-u", "bin"), number("-g", "bin"), List.of(group));
        Path pictures = place(directory);
        try (PeerProcess one = start(daemon, pictures, "daemon,bin", "games");
                PeerProcess other = start(bin, pictures, "daemon,bin", "games")) {
            one.expect("ready");
            other.expect("ready");
            assertThat(one.ask("serve")).isEqualTo("ok");
            assertThat(other.ask("send")).isEqualTo("ok");
            assertThat(one.ask("receive")).isEqualTo("a picture");
        }
        assertThat(Files.getAttribute(pictures, "unix:gid")).isEqualTo(group);
        remove(pictures);
    }

    /** Returns the number of a user or of the first group of a user of this name. */
    private static int number(String option, String name) throws Exception {
        Process id = new ProcessBuilder("id", option, name).redirectErrorStream(true).start();
        String answer = new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assumeThat(id.waitFor()).as(answer).isZero();
        return Integer.parseInt(answer);
    }

    @Test
    void namesOfAKilledProcessOfAnotherUserAreReplaced(Path directory) throws Exception {
        Path pictures = place(directory);
        try (PeerProcess anna = start(ANNA, pictures); PeerProcess ben = start(BEN, pictures)) {
            assertThat(anna.ask("serve")).isEqualTo("ok");
            assertThat(ben.ask("serve")).contains("AddressInUseException");
            anna.kill();
            assertThat(ben.ask("serve")).isEqualTo("ok");
        }
        try (PeerProcess anna = start(ANNA, pictures)) {
            assertThat(anna.ask("serve")).isEqualTo("ok");
        }
        remove(pictures);
    }

    @Test
    void namesThatOnlyAnotherUserMayRemoveAreLeftToThatUser(Path directory) throws Exception {
        Path pictures = place(directory);
        try (PeerProcess anna = start(ANNA, pictures)) {
            Files.setAttribute(pictures.resolve(".channels"), "unix:mode", 03770);
            Files.setAttribute(pictures.resolve(".channels"), "unix:uid", 0);
            assertThat(anna.ask("serve")).isEqualTo("ok");
            anna.kill();
        }
        try (PeerProcess ben = start(BEN, pictures)) {
            assertThat(ben.ask("serve")).contains("PermissionException");
        }
        try (PeerProcess anna = start(ANNA, pictures)) {
            assertThat(anna.ask("serve")).isEqualTo("ok");
        }
        remove(pictures);
    }

    @Test
    void userWhoIsNotTrustedIsRefusedWithTheSettingThatHelps(Path directory) throws Exception {
        Path pictures = place(directory);
        try (PeerProcess anna = start(ANNA, pictures);
                PeerProcess ben = start(BEN, pictures, "0", Integer.toString(GROUP))) {
            assertThat(ben.readLine()).contains("PermissionException", "belongs to user " + ANNA.user(),
                    "ipc.trusted-owners");
            assertThat(anna.ask("serve")).isEqualTo("ok");
        }
        remove(pictures);
    }

    @Test
    void groupThatTheUserIsNotAMemberOfIsNamed(Path directory) throws Exception {
        Path pictures = place(directory);
        try (PeerProcess anna = start(ANNA, pictures, "0", Integer.toString(OTHER_GROUP))) {
            assertThat(anna.readLine()).contains("PermissionException", "group " + OTHER_GROUP, "not a member",
                    pictures.toString());
        }
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }

    /** One process of one of the users, which is set up as the documentation says. */
    static final class Member {

        private final ResourceLinkFactory factory;
        private final Channel channel;
        private @Nullable NamedServer<ResourceLink> server;

        Member(ResourceLinkFactory factory, Channel channel) {
            this.factory = factory;
            this.channel = channel;
        }

        public static void main(String[] arguments) throws IOException {
            Path pictures = Path.of(arguments[0]);
            var segments = ResourceLinkFactory.builder().directory(pictures).directoryGroup(arguments[2])
                    .directoryPermissions(PosixFilePermissions.fromString("rwxrwx---"))
                    .segmentPermissions(PosixFilePermissions.fromString("rw-rw----"));
            var channels = Channel.builder().directoryOfSegments(pictures).directoryGroup(arguments[2])
                    .directoryPermissions(PosixFilePermissions.fromString("rwxrwx---"));
            for (String user : arguments[1].split(",", -1)) {
                segments.trustOwner(user);
                channels.trustOwner(user);
            }
            try (ResourceLinkFactory factory = segments.build();
                    Channel channel = channels.segments(factory).codec(new LinkCodec()).open();
                    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                System.out.println("ready");
                Member member = new Member(factory, channel);
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    System.out.println(member.answer(line));
                }
            } catch (RuntimeException e) {
                System.out.println(e);
            }
        }

        private String answer(String line) {
            try {
                return switch (line) {
                    case "serve" -> serve();
                    case "send" -> send();
                    default -> receive();
                };
            } catch (RuntimeException | InterruptedException e) {
                return e.toString();
            }
        }

        /** A second call ends what the first has begun. */
        private String serve() {
            if (server == null) {
                server = channel.serve("pictures", ResourceLink.class);
            } else {
                server.close();
                server = null;
            }
            return "ok";
        }

        private String send() throws InterruptedException {
            byte[] content = "a picture".getBytes(StandardCharsets.UTF_8);
            try (SubSender<ResourceLink> sender = channel.connect("pictures", ResourceLink.class,
                    Duration.ofSeconds(20));
                    ResourceLink pixels = factory.publish("frame", Content.of(content))) {
                sender.send(pixels);
            }
            return "ok";
        }

        private String receive() throws InterruptedException {
            try (ResourceLink pixels = Objects.requireNonNull(server).receiver().receive()) {
                return new String(pixels.readPayload(0, 9), StandardCharsets.UTF_8);
            }
        }
    }
}
