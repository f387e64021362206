package io.resourcelink.boot.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler.IgnoredMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.InProcessMemory;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkListener.Operation;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.channel.Channel;

import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

/** The dashboard in the documentation shows metrics that there are, and all of them. */
class GrafanaDashboardTest {

    private static final Path DASHBOARD = Path.of("../docs/grafana-dashboard.json");
    private static final Pattern METRIC = Pattern.compile("ipc_[a-z_]+");
    private static final Pattern GROUPING = Pattern.compile("by \\(([a-z_, ]+)\\)");

    /** Of the application's own, as the documentation tells it to set. */
    private static final String APPLICATION = "application";

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @BeforeEach
    void measure() {
        new LinkMetrics(registry).failed(Operation.CREATE, "frame", new IllegalStateException(), ZERO);
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().inProcess(new InProcessMemory(1000)).build()) {
            new SegmentMetrics(factory, Clock.SYSTEM).bindTo(registry);
            new PoolMetrics(factory).bindTo(registry);
        }
        try (Channel channel = Channel.builder().directory(directories.channels()).open()) {
            new ChannelMetrics(channel).bindTo(registry);
            sendAndHandle(channel);
        }
    }

    /** Counts of long tasks are left to who wants them. */
    private void sendAndHandle(Channel channel) {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(
                new DefaultMeterObservationHandler(registry, IgnoredMeters.LONG_TASK_TIMER));
        try (IpcTemplate template = new IpcTemplate(channel)) {
            template.setObservationRegistry(observations);
            IpcListenerEndpointRegistry listeners = new IpcListenerEndpointRegistry(() -> channel, () -> template);
            listeners.setObservationRegistry(observations);
            listeners.register(new IpcListenerEndpoint("texts", String.class, message -> message.getPayload()));
            new ListenerMetrics(listeners).bindTo(registry);
            listeners.start();
            template.sendAndReceive("texts", "hello", String.class);
            listeners.stop();
        }
    }

    @Test
    void everyMetricIsShownUnderTheNameThatPrometheusGivesIt() throws IOException {
        Set<String> shown = queries().stream().flatMap(query -> METRIC.matcher(query).results()
                .map(MatchResult::group)).collect(Collectors.toSet());

        assertThat(registry.getMeters().stream().map(GrafanaDashboardTest::prometheusNames)).allSatisfy(
                names -> assertThat(shown).containsAnyElementsOf(names));
        assertThat(registry.getMeters().stream().flatMap(meter -> prometheusNames(meter).stream()))
                .contains("ipc_channel_messages_total", "ipc_send_seconds_count", "ipc_receive_seconds_count")
                .containsAll(shown);
    }

    @Test
    void whatIsGroupedByIsATagOfTheMetric() throws IOException {
        assertThat(queries()).allSatisfy(query -> {
            Set<String> metrics = METRIC.matcher(query).results().map(MatchResult::group)
                    .collect(Collectors.toSet());
            List<String> labels = GROUPING.matcher(query).results()
                    .flatMap(grouping -> Stream.of(grouping.group(1).split(", "))).toList();
            assertThat(labels).isNotEmpty().isSubsetOf(labels(metrics));
        });
    }

    private Set<String> labels(Set<String> metrics) {
        return Stream.concat(Stream.of(APPLICATION), registry.getMeters().stream()
                .filter(meter -> prometheusNames(meter).stream().anyMatch(metrics::contains))
                .flatMap(meter -> meter.getId().getTags().stream())
                .map(tag -> NamingConvention.snakeCase.tagKey(tag.getKey()))).collect(Collectors.toSet());
    }

    private static List<String> queries() throws IOException {
        return JsonPath.read(Files.readString(DASHBOARD), "$.panels[*].targets[*].expr");
    }

    private static List<String> prometheusNames(Meter meter) {
        Meter.Id id = meter.getId();
        String name = NamingConvention.snakeCase.name(id.getName(), id.getType(), id.getBaseUnit());
        return switch (id.getType()) {
            case COUNTER -> List.of(name + "_total");
            case TIMER -> List.of(name + "_seconds_count", name + "_seconds_sum", name + "_seconds_max");
            default -> List.of(id.getBaseUnit() == null || name.endsWith("_" + id.getBaseUnit())
                    ? name
                    : name + "_" + id.getBaseUnit());
        };
    }
}
