package io.resourcelink.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.util.ClassUtils;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.autoconfigure.ClaimSignerAutoConfiguration;
import io.resourcelink.boot.claim.http.autoconfigure.ClaimFetchAutoConfiguration;
import io.resourcelink.boot.collector.autoconfigure.OrphanCollectorAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/** A number without a unit counts seconds, in each property that is a time. */
class TimesWithoutAUnitTest {

    private static final Duration TIME = Duration.ofSeconds(7777);

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    static List<Map<String, String>> times() throws IOException {
        try (InputStream metadata = Objects.requireNonNull(
                IpcProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            List<Map<String, String>> times = JsonPath.read(metadata,
                    "$.properties[?(@.type =~ /.*java\\.time\\.Duration.*/ && @.name =~ /ipc\\..*/)]");
            assertThat(times).extracting(time -> time.get("name")).contains("ipc.ttl.default", "ipc.ttl.patterns",
                    "ipc.messaging.template.send-timeout");
            return times;
        }
    }

    @ParameterizedTest
    @MethodSource("times")
    void countsSeconds(Map<String, String> time) {
        String name = String.valueOf(time.get("name"))
                + (String.valueOf(time.get("type")).contains("Map<") ? "[frame-*]" : "");
        directories
                .messaging(OrphanCollectorAutoConfiguration.class, ClaimSignerAutoConfiguration.class,
                        ClaimFetchAutoConfiguration.class)
                .withPropertyValues(name + "=7777", "ipc.claims.secrets=" + "A".repeat(64),
                        "ipc.claims.fetch.allowed-origins=http://localhost:1")
                .run(context -> assertThat(context.getBean(properties(time))).as(name).asString()
                        .contains(TIME.toString()));
    }

    private static Class<?> properties(Map<String, String> time) {
        String source = String.valueOf(time.get("sourceType"));
        return ClassUtils.resolveClassName(source.replaceFirst("\\$.*", ""), null);
    }
}
