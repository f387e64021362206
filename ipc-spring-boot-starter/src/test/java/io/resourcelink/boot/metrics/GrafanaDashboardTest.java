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
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import io.resourcelink.InProcessMemory;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkListener.Operation;

import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

/** The dashboard in the documentation shows metrics that there are, and all of them. */
class GrafanaDashboardTest {

    private static final Path DASHBOARD = Path.of("../docs/grafana-dashboard.json");
    private static final Pattern METRIC = Pattern.compile("ipc_[a-z_]+");

    @Test
    void everyMetricIsShownUnderTheNameThatPrometheusGivesIt() throws IOException {
        List<String> queries = JsonPath.read(Files.readString(DASHBOARD), "$.panels[*].targets[*].expr");
        Set<String> shown = queries.stream().flatMap(query -> METRIC.matcher(query).results()
                .map(MatchResult::group)).collect(Collectors.toSet());

        assertThat(meters().map(GrafanaDashboardTest::prometheusNames)).allSatisfy(
                names -> assertThat(shown).containsAnyElementsOf(names));
        assertThat(meters().flatMap(meter -> prometheusNames(meter).stream())).containsAll(shown);
    }

    private static Stream<Meter> meters() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        LinkMetrics metrics = new LinkMetrics(registry);
        metrics.failed(Operation.CREATE, "frame", new IllegalStateException(), ZERO);
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().inProcess(new InProcessMemory(1000)).build()) {
            new SegmentMetrics(factory, Clock.SYSTEM).bindTo(registry);
        }
        return registry.getMeters().stream();
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
