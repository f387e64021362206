package io.resourcelink.boot.metrics;

import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.metrics.autoconfigure.IpcMetricsAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Links that messages bring are counted as often as they are taken and released, no more and no less. */
@Tag("slow")
@Timeout(60)
class LinksInMessagesTest {

    private static final int FRAMES = 250;

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ApplicationContextRunner runner() {
        return directories.messaging(IpcMetricsAutoConfiguration.class).withBean(PrometheusMeterRegistry.class,
                () -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    @Test
    void receiverTakesAndReleasesEachLinkOnce() {
        runner().withBean(Detector.class).run(receiving -> runner().run(sending -> {
            sendFrames(sending);

            awaitCount(receiving, "ipc_links_released_total");
            assertThat(count(receiving, "ipc_links_acquired_total")).isEqualTo(FRAMES);
            assertThat(count(receiving, "ipc_links_total")).isZero();
            assertThat(count(sending, "ipc_links_total")).isEqualTo(FRAMES);
            assertThat(count(sending, "ipc_links_acquired_total")).isZero();
            assertThat(count(sending, "ipc_links_released_total")).isEqualTo(FRAMES);
        }));
    }

    private static void sendFrames(ApplicationContext context) {
        ResourceLinkFactory segments = context.getBean(ResourceLinkFactory.class);
        IpcTemplate template = context.getBean(IpcTemplate.class);
        for (int number = 0; number < FRAMES; number++) {
            try (ResourceLink pixels = segments.publish("frame-" + number, Content.of(new byte[8]))) {
                template.convertSendAndReceive("frames", new Frame(pixels), Long.class);
            }
        }
    }

    private static void awaitCount(ApplicationContext context, String metric) {
        await().untilAsserted(() -> assertThat(count(context, metric)).isEqualTo(FRAMES));
    }

    /** {@return what a scrape tells of the segments in memory} */
    private static double count(ApplicationContext context, String metric) {
        String scraped = context.getBean(PrometheusMeterRegistry.class).scrape();
        return Pattern.compile("^" + metric + "\\{kind=\"shared-memory\"} (\\S+)$", Pattern.MULTILINE).matcher(scraped)
                .results().map((MatchResult sample) -> Double.valueOf(sample.group(1))).findFirst()
                .orElseThrow(() -> new AssertionError(metric + " is not in " + scraped));
    }

    record Frame(ResourceLink pixels) {}

    static class Detector {

        @IpcListener("frames")
        long size(Frame frame) {
            return Objects.requireNonNull(frame.pixels()).payloadSize();
        }
    }
}
