package io.resourcelink.boot.messaging.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.MessageDeliveryException;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.RequestUnreadableException;
import io.resourcelink.boot.metrics.autoconfigure.IpcMetricsAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** The attachments of messages and of results are closed, regardless of the object that holds them. */
@Tag("slow")
@Timeout(60)
class AttachmentOwnershipTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ApplicationContextRunner runner() {
        return directories.messaging(IpcMetricsAutoConfiguration.class)
                .withBean(SimpleMeterRegistry.class);
    }

    private static IpcTemplate template(ApplicationContext context) {
        return context.getBean(IpcTemplate.class);
    }

    private static ResourceLinkFactory segments(ApplicationContext context) {
        return context.getBean(ResourceLinkFactory.class);
    }

    @Test
    void whatABeanHoldsIsClosedAfterEachMessage() {
        runner().withBean(Beans.class).run(receiving -> runner().run(sending -> {
            try (ResourceLink link = segments(sending).create("frame", 100)) {
                for (int message = 0; message < 21; message++) {
                    assertThat(template(sending).convertSendAndReceive("sizes", new Picture(link), Long.class))
                            .isEqualTo(100);
                }
                await().untilAsserted(() -> assertThat(link.refcount()).isEqualTo(1));
            }
            assertThat(receiving.getBean(SimpleMeterRegistry.class).get("ipc.links.released")
                    .tag("kind", "shared-memory").counter().count()).isEqualTo(21);
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = { "bean", "map", "list", "failing" })
    void whatAMethodReturnsIsClosedWhetherItIsSentOrNot(String form) {
        runner().withBean(Beans.class).run(receiving -> runner().run(sending -> {
            template(sending).convertAndSend("pictures", form);
            try {
                Object reply = template(sending).convertSendAndReceive("pictures", form, Picture.class);
                Objects.requireNonNull(((Picture) Objects.requireNonNull(reply)).getLink()).close();
            } catch (RuntimeException e) {
                assertThat(form).as(e.toString()).isNotEqualTo("bean");
            }
            receiving.getBean(IpcListenerEndpointRegistry.class).stop();
            await().untilAsserted(() -> assertThat(directories.keys()).isEmpty());
        }));
    }

    @Test
    void linkThatHasNoPlaceAtTheReceiverFailsItsRequestAndIsClosed() {
        runner().withBean(Beans.class).run(receiving -> runner().run(sending -> {
            try (ResourceLink link = segments(sending).create("frame", 100)) {
                for (String destination : List.of("sizes", "loose")) {
                    assertThatExceptionOfType(RequestUnreadableException.class)
                            .isThrownBy(() -> template(sending).convertSendAndReceive(destination, new Renamed(link),
                                    Long.class))
                            .withMessageContaining("has no place");
                }
                assertThatExceptionOfType(MessageDeliveryException.class)
                        .isThrownBy(() -> template(sending).convertSendAndReceive("loose", new Loose("x", link),
                                Long.class))
                        .withMessageContaining("would not be received equal");
                assertThat(template(sending).convertSendAndReceive("sizes", new Picture(link), Long.class))
                        .isEqualTo(100);
                await().untilAsserted(() -> assertThat(link.refcount()).isEqualTo(1));
            }
        }));
    }

    record Renamed(ResourceLink pixels) {}

    record Loose(String name, Object anything) {}

    static final class Picture {

        private @Nullable ResourceLink link;

        Picture() {}

        Picture(ResourceLink link) {
            this.link = link;
        }

        public @Nullable ResourceLink getLink() {
            return link;
        }

        public void setLink(ResourceLink link) {
            this.link = link;
        }
    }

    static class Beans {

        private final ResourceLinkFactory segments;
        private int made;

        Beans(ResourceLinkFactory segments) {
            this.segments = segments;
        }

        @IpcListener("sizes")
        long size(Picture picture) {
            return Objects.requireNonNull(picture.getLink()).payloadSize();
        }

        @IpcListener("loose")
        long loose(Loose loose) {
            return 0;
        }

        @IpcListener("pictures")
        Object picture(String form) {
            ResourceLink link = segments.create("made-" + made++, 100);
            return switch (form) {
                case "map" -> Map.of("link", link);
                case "list" -> List.of(link);
                case "failing" -> new Failing(link);
                default -> new Picture(link);
            };
        }
    }

    /** The link is written before the other property fails. */
    record Failing(ResourceLink link, Object text) {

        Failing(ResourceLink link) {
            this(link, new Speechless());
        }
    }

    static final class Speechless {

        @SuppressWarnings("DoNotCallSuggester") // The codec calls it.
        public String getText() {
            throw new IllegalStateException("There is none.");
        }
    }
}
