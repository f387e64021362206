package io.resourcelink.boot.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.boot.TestDirectories;

import static org.assertj.core.api.Assertions.assertThat;

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
        new AllMeters(registry, directories).measure(() -> scraped = registry.scrape());
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
