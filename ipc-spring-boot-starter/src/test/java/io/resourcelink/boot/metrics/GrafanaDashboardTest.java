package io.resourcelink.boot.metrics;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler.IgnoredMeters;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.Content;
import io.resourcelink.InProcessMemory;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkListener.Operation;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.HostClaims;
import io.resourcelink.boot.claim.http.ClaimOrigin;
import io.resourcelink.boot.claim.http.HttpClaimFetcher;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.channel.Channel;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.segment.SpaceId;

import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The dashboard in the documentation shows metrics that there are, and all of them. */
class GrafanaDashboardTest {

    private static final Path DASHBOARD = Path.of("../docs/grafana-dashboard.json");
    private static final Pattern METRIC = Pattern.compile("ipc_[a-z_]+");
    private static final Pattern SAMPLE = Pattern.compile("(ipc_[a-z_]+)(?:\\{(.*)})? ");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
    private static final Pattern GROUPING = Pattern.compile("by \\(([a-z_, ]+)\\)");

    /** Of the application's own, as the documentation tells it to set. */
    private static final String APPLICATION = "application";

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private String scraped = "";

    @BeforeEach
    void measure() {
        new LinkMetrics(registry).failed(Operation.CREATE, "frame", new IllegalStateException(), ZERO);
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().inProcess(new InProcessMemory(1000)).build();
                Channel channel = Channel.builder().directory(directories.channels()).open()) {
            new SegmentMetrics(factory, Clock.SYSTEM).bindTo(registry);
            new PoolMetrics(factory).bindTo(registry);
            new ChannelMetrics(channel).bindTo(registry);
            sendAndHandle(channel);
            publishAndOpen(factory);
            scraped = registry.scrape();
        }
    }

    /** Counts of long tasks are left to who wants them. */
    private void sendAndHandle(Channel channel) {
        ObservationRegistry observations = observations();
        try (IpcTemplate template = new IpcTemplate(channel)) {
            template.setObservationRegistry(observations);
            IpcListenerEndpointRegistry listeners = new IpcListenerEndpointRegistry(() -> channel, () -> template);
            listeners.setObservationRegistry(observations);
            listeners.register(new IpcListenerEndpoint("texts", String.class, message -> message.getPayload()));
            new ListenerMetrics(listeners).bindTo(registry);
            listeners.start();
            template.convertSendAndReceive("texts", "hello", String.class);
            listeners.stop();
        }
    }

    private ObservationRegistry observations() {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(
                new DefaultMeterObservationHandler(registry, IgnoredMeters.LONG_TASK_TIMER));
        return observations;
    }

    /** One claim of this host, and one of an origin that nobody answers for. */
    private void publishAndOpen(ResourceLinkFactory factory) {
        ClaimSigner signer = ClaimSigner.of(List.of(new byte[ClaimSigner.MIN_SECRET]));
        LocalClaims local = LocalClaims.signed(factory, signer);
        URI nobody = URI.create("http://127.0.0.1:1");
        HttpClaimFetcher fetcher = HttpClaimFetcher.builder(signer).allowedOrigins(List.of(nobody.toString()))
                .observations(observations()).build();
        new ClaimFetchMetrics(fetcher).bindTo(registry);
        new ClaimOriginMetrics(new ClaimOrigin(local, signer, 1)).bindTo(registry);
        HostClaims claims = new HostClaims(local);
        claims.setObservationRegistry(observations());
        claims.setFetcher(fetcher, null);
        Claim claim = claims.publish(Content.of(new byte[1]), ClaimOptions.defaults().withTtl(Duration.ofMinutes(1)));
        claims.open(claim).close();
        Claim far = signer.sign(new Claim(new SpaceId("f".repeat(32)), claim.key(), claim.kind(), claim.nonce(), 1,
                claim.expiresAt(), List.of(nobody)));
        assertThatExceptionOfType(ClaimUnavailableException.class).isThrownBy(() -> claims.open(far));
        claims.settle(claim);
    }

    @Test
    void everyMetricIsShownUnderTheNameThatPrometheusGivesIt() throws IOException {
        Set<String> shown = queries().stream().flatMap(query -> METRIC.matcher(query).results()
                .map(MatchResult::group)).collect(Collectors.toSet());

        assertThat(scrape().keySet()).contains("ipc_channel_messages_total", "ipc_send_seconds_count",
                "ipc_receive_seconds_count").containsAll(shown);
        assertThat(meters(shown)).isEqualTo(meters(scrape().keySet()));
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
        return Stream.concat(Stream.of(APPLICATION), metrics.stream()
                .flatMap(metric -> scrape().getOrDefault(metric, Set.of()).stream())).collect(Collectors.toSet());
    }

    private static List<String> queries() throws IOException {
        return JsonPath.read(Files.readString(DASHBOARD), "$.panels[*].targets[*].expr");
    }

    /** {@return what Prometheus would read: the names with their labels} */
    private Map<String, Set<String>> scrape() {
        return scraped.lines().map(SAMPLE::matcher).filter(Matcher::lookingAt)
                .collect(Collectors.toMap(sample -> sample.group(1), sample -> sample.group(2) == null
                        ? Set.of()
                        : LABEL.matcher(sample.group(2)).results().map(label -> label.group(1))
                                .collect(Collectors.toSet()),
                        (first, _) -> first));
    }

    /** A timer has several names. */
    private static Set<String> meters(Set<String> metrics) {
        return metrics.stream().map(metric -> metric.replaceFirst("_(count|sum|max)$", ""))
                .collect(Collectors.toSet());
    }
}
