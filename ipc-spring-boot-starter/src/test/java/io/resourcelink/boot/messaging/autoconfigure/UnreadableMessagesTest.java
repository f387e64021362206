package io.resourcelink.boot.messaging.autoconfigure;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.RequestUnreadableException;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Messages that the listener's record cannot hold: both sides say where they were sent, and which component is the reason. */
@Tag("slow")
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class UnreadableMessagesTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    /** The records of the sender. */
    static final class Theirs {

        private Theirs() {}

        record Size(String name, int width) {}

        record Numbered(String name, WidePart part) {}

        record WidePart(long number) {}
    }

    record Size(String name, int width, int height) {}

    record Numbered(String name, Part part) {}

    record Part(int number) {}

    record Picture(ResourceLink pixels) {}

    static class Receiving {

        @IpcListener("sizes")
        String size(Size size) {
            return size.toString();
        }

        @IpcListener("numbers")
        String numbered(Numbered numbered) {
            return numbered.toString();
        }

        @IpcListener("pictures")
        long picture(Picture picture) {
            return picture.pixels().payloadSize();
        }
    }

    private static IpcTemplate template(ApplicationContext context) {
        return context.getBean(IpcTemplate.class);
    }

    private static void awaitFailures(ApplicationContext receiving, String id, int count) {
        IpcListenerEndpointRegistry registry = receiving.getBean(IpcListenerEndpointRegistry.class);
        await().until(() -> registry.find(id).orElseThrow().failures() == count);
    }

    private static void assertUnreadable(ApplicationContext sending, String destination, Object payload,
            String... reason) {
        assertThatExceptionOfType(RequestUnreadableException.class)
                .isThrownBy(() -> template(sending).convertSendAndReceive(destination, payload, String.class))
                .withMessageStartingWith("The listener at \"" + destination + "\" cannot read the request: ")
                .withMessageContainingAll(reason)
                .satisfies(e -> assertThat(e.destination()).isEqualTo(destination));
    }

    /** The entry and its stack trace. */
    private static void assertLogged(CapturedOutput output, String destination, String... reason) {
        assertThat(output.getAll())
                .containsOnlyOnce("The listener at \"" + destination + "\" failed while handling message")
                .contains("A message to \"" + destination + "\" cannot be read as ").contains(reason);
    }

    @Test
    void componentThatTheSenderDoesNotHaveIsNamedOnBothSides(CapturedOutput output) {
        directories.messaging().withBean(Receiving.class).run(receiving -> directories.messaging().run(sending -> {
            assertUnreadable(sending, "sizes", new Theirs.Size("a", 1), "Size[\"height\"]", "`null`", "`int`");
            awaitFailures(receiving, "sizes", 1);
        }));
        assertLogged(output, "sizes", "Size[\"height\"]");
    }

    @Test
    void numberThatDoesNotFitIsNamedOnBothSides(CapturedOutput output) {
        directories.messaging().withBean(Receiving.class).run(receiving -> directories.messaging().run(sending -> {
            assertUnreadable(sending, "numbers", new Theirs.Numbered("a", new Theirs.WidePart(1L << 40)),
                    "Numbered[\"part\"]", "Part[\"number\"]", Long.toString(1L << 40), "int");
            awaitFailures(receiving, "numbers", 1);
            assertThat(template(sending).convertSendAndReceive("numbers",
                    new Theirs.Numbered("a", new Theirs.WidePart(Integer.MAX_VALUE)), String.class))
                    .isEqualTo(new Numbered("a", new Part(Integer.MAX_VALUE)).toString());
        }));
        assertLogged(output, "numbers", "Part[\"number\"]", Long.toString(1L << 40));
    }

    @Test
    void messagesWithoutAReplyAreReportedByTheReceiver(CapturedOutput output) {
        directories.messaging().withBean(Receiving.class).run(receiving -> directories.messaging().run(sending -> {
            template(sending).convertAndSend("sizes", new Theirs.Size("a", 1));
            template(sending).convertAndSend("numbers", new Theirs.Numbered("a", new Theirs.WidePart(1L << 40)));
            awaitFailures(receiving, "sizes", 1);
            awaitFailures(receiving, "numbers", 1);
        }));
        assertLogged(output, "sizes", "Size[\"height\"]");
        assertLogged(output, "numbers", "Part[\"number\"]", Long.toString(1L << 40));
    }

    /** The receiver makes its directory of mapped files when it is first needed, so no sender can know it before. */
    @Test
    void linkIntoAnotherDirectoryIsReportedByTheReceiverWithBothNames(CapturedOutput output) {
        Path theirs = directories.files().resolve("theirs");
        directories.messaging().withPropertyValues("ipc.mapped-file-directory=" + theirs).withBean(Receiving.class)
                .run(receiving -> directories.messaging().run(sending -> {
                    try (ResourceLink pixels = sending.getBean(ResourceLinkFactory.class).create("the-frame", 8,
                            CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE))) {
                        template(sending).convertAndSend("pictures", new Picture(pixels));
                        awaitFailures(receiving, "pictures", 1);
                        assertThat(pixels.refcount()).isOne();
                    }
                }));
        assertLogged(output, "pictures", "segment \"the-frame\"", "is not in " + theirs,
                "need the same directory (ipc.mapped-file-directory");
        assertThat(output.getAll()).doesNotContainIgnoringCase("remove").doesNotContainIgnoringCase("delete");
    }
}
