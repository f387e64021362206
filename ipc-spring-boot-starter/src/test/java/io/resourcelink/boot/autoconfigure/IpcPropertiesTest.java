package io.resourcelink.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.resourcelink.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class IpcPropertiesTest {

    @Test
    void defaultsNeedNoConfiguration() {
        IpcProperties properties = bind(Map.of());

        assertThat(properties.enabled()).isTrue();
        assertThat(properties.directory()).isNull();
        assertThat(properties.mappedFileDirectory()).isNull();
        assertThat(properties.defaultKind()).isEqualTo(ResourceKind.SHARED_MEMORY);
        assertThat(properties.ttl().defaultTtl()).isZero();
        assertThat(properties.gc().enabled()).isTrue();
        assertThat(properties.gc().interval()).hasSeconds(30);
        assertThat(properties.gc().initialDelay()).hasSeconds(30);
        assertThat(properties.gc().maxAge()).isZero();
    }

    @Test
    void everyPropertyIsBound() {
        IpcProperties properties = bind(Map.of("ipc.enabled", "false", "ipc.directory", "/dev/shm/pictures",
                "ipc.mapped-file-directory", "/srv/pictures", "ipc.default-kind", "mapped-file", "ipc.ttl.default",
                "5m",
                "ipc.gc.enabled", "false", "ipc.gc.interval", "200ms", "ipc.gc.initial-delay", "0s", "ipc.gc.max-age",
                "1h"));

        assertThat(properties).isEqualTo(new IpcProperties(false, Path.of("/dev/shm/pictures"),
                Path.of("/srv/pictures"), ResourceKind.MAPPED_FILE, new IpcProperties.Ttl(Duration.ofMinutes(5)),
                new IpcProperties.Gc(false, Duration.ofMillis(200), Duration.ZERO, Duration.ofHours(1))));
    }

    @Test
    void firstScheduledCollectionIsOneIntervalAfterTheOneAtStart() {
        assertThat(bind(Map.of("ipc.gc.interval", "7s")).gc().initialDelay()).hasSeconds(7);
    }

    @ParameterizedTest
    @CsvSource({ "ipc.ttl.default,-1s", "ipc.ttl.default,1us", "ipc.gc.interval,0s", "ipc.gc.interval,-1s",
        "ipc.gc.interval,1us", "ipc.gc.initial-delay,-1s", "ipc.gc.max-age,-1s" })
    void valueOutOfRangeIsRefusedWithTheNameOfTheProperty(String property, String value) {
        assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind(Map.of(property, value))).havingRootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .withMessageContaining("Property " + property + " must be ");
    }

    @Test
    void everyPropertyIsDescribedInTheMetadata() throws IOException {
        Map<String, String> defaults = new LinkedHashMap<>();
        try (InputStream metadata = Objects.requireNonNull(
                IpcProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            List<Map<String, Object>> properties = JsonPath.read(metadata, "$.properties");
            for (Map<String, Object> property : properties) {
                String name = String.valueOf(property.get("name"));
                assertThat(property.get("description")).as("description of " + name).asString().endsWith(".");
                defaults.put(name, String.valueOf(property.get("defaultValue")));
            }
        }

        assertThat(defaults).containsOnly(Map.entry("ipc.enabled", "true"), Map.entry("ipc.directory", "null"),
                Map.entry("ipc.mapped-file-directory", "null"), Map.entry("ipc.default-kind", "shared-memory"),
                Map.entry("ipc.ttl.default", "0s"), Map.entry("ipc.gc.enabled", "true"),
                Map.entry("ipc.gc.interval", "30s"), Map.entry("ipc.gc.initial-delay", "null"),
                Map.entry("ipc.gc.max-age", "0s"), Map.entry("management.endpoint.ipc.access", "read_only"),
                Map.entry("management.endpoint.ipc.cache.time-to-live", "0ms"),
                Map.entry("management.health.ipc.enabled", "true"));
    }

    private static IpcProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("ipc", IpcProperties.class);
    }
}
