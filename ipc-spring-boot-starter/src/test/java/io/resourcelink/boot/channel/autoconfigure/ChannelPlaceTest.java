package io.resourcelink.boot.channel.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.util.FileSystemUtils;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.autoconfigure.IpcAutoConfiguration;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.ListenerFailedException;
import io.resourcelink.boot.messaging.autoconfigure.IpcMessagingAutoConfiguration;
import io.resourcelink.channel.Channel;
import io.resourcelink.error.DifferentDirectoryException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Where channels are, in relation to segments. */
@Tag("slow")
@Timeout(60)
class ChannelPlaceTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private static ApplicationContextRunner runner(Path segments) {
        return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(IpcAutoConfiguration.class,
                IpcChannelAutoConfiguration.class, IpcMessagingAutoConfiguration.class))
                .withPropertyValues("ipc.directory=" + segments);
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void channelsFollowTheDirectoryOfSegmentsWithItsPermissions() {
        Path segments = directories.memory().resolve("pictures");
        runner(segments).withPropertyValues("ipc.directory-permissions=rwxrwx---").run(context -> {
            Channel channel = context.getBean(Channel.class);
            assertThat(segments.resolve(".channels")).isDirectoryContaining(
                    file -> channel.toString().contains(file.getFileName().toString()));
            assertThat(permissions(segments.resolve(".channels"))).isEqualTo("rwxrwx---");
            assertThat((int) Files.getAttribute(segments.resolve(".channels"), "unix:mode") & 02000).isNotZero();
            ResourceLinkFactory factory = context.getBean(ResourceLinkFactory.class);
            assertThat(factory.list()).isEmpty();
            assertThat(factory.collectOrphans(Duration.ZERO).skipped()).isEmpty();
        });
        assertThat(FileSystemUtils.deleteRecursively(segments.toFile())).isTrue();
    }

    @Test
    void permissionsOfChannelsCanDiffer() {
        Path segments = directories.memory().resolve("pictures");
        runner(segments)
                .withPropertyValues("ipc.directory-permissions=rwxrwx---",
                        "ipc.channels.directory-permissions=rwx------")
                .run(context -> {
                    context.getBean(Channel.class);
                    assertThat(permissions(segments.resolve(".channels"))).isEqualTo("rwx------");
                });
        assertThat(FileSystemUtils.deleteRecursively(segments.toFile())).isTrue();
    }

    @Test
    void nameOfAUserOrGroupThatDoesNotExistIsToldWithItsProperty() {
        for (String property : new String[]{ "ipc.trusted-owners", "ipc.directory-group" }) {
            runner(directories.memory()).withPropertyValues(property + "=no-such-name")
                    .run(context -> assertThat(context).getFailure().rootCause().hasMessageContainingAll(property,
                            "\"no-such-name\""));
        }
    }

    @Test
    void linkIntoAnotherDirectoryIsNotSent() {
        betweenDirectories((template, pixels, theirs, ours) -> {
            for (ThrowingCallable sending : List.<ThrowingCallable>of(
                    () -> template.convertAndSend("frames", new Frame(pixels)),
                    () -> template.convertSendAndReceive("frames", new Frame(pixels), Long.class))) {
                assertThatExceptionOfType(MessageDeliveryException.class).isThrownBy(sending)
                        .withCauseInstanceOf(DifferentDirectoryException.class)
                        .withMessageContainingAll("\"frames\" was not sent", "segment \"frame\"", "is in " + ours,
                                "need the same directory", "ipc.directory")
                        .withMessageNotContaining("remove");
            }
            assertThat(pixels.refcount()).isOne();
        });
    }

    @Test
    void resultInAnotherDirectoryFailsAtBothEnds() {
        betweenDirectories((template, pixels, theirs, ours) -> assertThatExceptionOfType(ListenerFailedException.class)
                .isThrownBy(() -> template.convertSendAndReceive("copies", 8L, Frame.class))
                .withMessageContainingAll("segment \"copy\"", "is in " + theirs, "ipc.directory")
                .satisfies(e -> assertThat(e.type()).isEqualTo(DifferentDirectoryException.class.getName())));
    }

    private interface Exchange {

        void between(IpcTemplate template, ResourceLink pixels, Path theirs, Path ours);
    }

    private void betweenDirectories(Exchange exchange) {
        Path theirs = directories.memory().resolve("theirs");
        Path ours = directories.memory().resolve("ours");
        String channels = "ipc.channels.directory=" + directories.channels();
        runner(theirs).withPropertyValues(channels).withBean(Detector.class)
                .run(receiving -> runner(ours).withPropertyValues(channels).run(sending -> {
                    ResourceLinkFactory segments = sending.getBean(ResourceLinkFactory.class);
                    try (ResourceLink pixels = segments.create("frame", 8)) {
                        exchange.between(sending.getBean(IpcTemplate.class), pixels, theirs, ours);
                    }
                    assertThat(receiving.getBean(ResourceLinkFactory.class).list()).isEmpty();
                }));
        assertThat(FileSystemUtils.deleteRecursively(theirs.toFile())).isTrue();
        assertThat(FileSystemUtils.deleteRecursively(ours.toFile())).isTrue();
    }

    record Frame(ResourceLink pixels) {}

    static class Detector {

        private final ResourceLinkFactory segments;

        Detector(ResourceLinkFactory segments) {
            this.segments = segments;
        }

        @IpcListener("frames")
        long size(Frame frame) {
            return frame.pixels().payloadSize();
        }

        @IpcListener("copies")
        Frame copy(long size) {
            return new Frame(segments.create("copy", size));
        }
    }
}
