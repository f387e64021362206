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
import org.springframework.util.unit.DataSize;

import io.resourcelink.LeakDetection;
import io.resourcelink.segment.ResourceKind;

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
        assertThat(properties.directoryPermissions()).isNull();
        assertThat(properties.segmentPermissions()).isNull();
        assertThat(properties.trustedOwners()).isEmpty();
        assertThat(properties.leakDetection()).isEqualTo(LeakDetection.SIMPLE);
        assertThat(properties.ttl().defaultTtl()).isZero();
        assertThat(properties.ttl().patterns()).isEmpty();
        assertThat(properties.gc().enabled()).isTrue();
        assertThat(properties.gc().interval()).hasSeconds(30);
        assertThat(properties.gc().initialDelay()).hasSeconds(30);
        assertThat(properties.gc().maxAge()).isZero();
    }

    @Test
    void everyPropertyIsBound() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("ipc.enabled", "false");
        values.put("ipc.directory", "/dev/shm/pictures");
        values.put("ipc.mapped-file-directory", "/srv/pictures");
        values.put("ipc.default-kind", "mapped-file");
        values.put("ipc.directory-permissions", "rwxrwx---");
        values.put("ipc.directory-group", "pictures");
        values.put("ipc.segment-permissions", "rw-rw----");
        values.put("ipc.trusted-owners", "1000,anna");
        values.put("ipc.leak-detection", "full");
        values.put("ipc.ttl.default", "5m");
        values.put("ipc.ttl.patterns[frame-*]", "5s");
        values.put("ipc.gc.enabled", "true");
        values.put("ipc.gc.interval", "200ms");
        values.put("ipc.gc.initial-delay", "0s");
        values.put("ipc.gc.max-age", "1h");
        values.put("ipc.gc.watch", "true");
        values.put("ipc.recycling.segments", "3");
        values.put("ipc.recycling.size", "1MB");
        values.put("ipc.recycling.time", "2s");
        values.put("ipc.mappings.segments", "0");
        values.put("ipc.mappings.size", "2MB");
        values.put("ipc.mappings.time", "0s");
        values.put("ipc.space.kept", "3MB");
        values.put("ipc.space.kept-timeout", "4s");

        assertThat(bind(values)).isEqualTo(new IpcProperties(false, Path.of("/dev/shm/pictures"),
                Path.of("/srv/pictures"), ResourceKind.MAPPED_FILE, "rwxrwx---", "pictures", "rw-rw----",
                List.of("1000", "anna"), LeakDetection.FULL,
                new IpcProperties.Ttl(Duration.ofMinutes(5), Map.of("frame-*", Duration.ofSeconds(5))),
                new IpcProperties.Gc(true, Duration.ofMillis(200), Duration.ZERO, Duration.ofHours(1), true),
                new IpcProperties.Recycling(3, DataSize.ofMegabytes(1), Duration.ofSeconds(2)),
                new IpcProperties.Mappings(0, DataSize.ofMegabytes(2), Duration.ZERO),
                new IpcProperties.Space(DataSize.ofMegabytes(3), Duration.ofSeconds(4))));
    }

    @ParameterizedTest
    @CsvSource({ "ipc.gc.enabled=true,true", "ipc.gc.enabled=false,false", "ipc.gc.max-age=1h,false",
        "ipc.gc.watch=false,false" })
    void deadHoldersAreWatchedForUnlessAnAgeIsAskedFor(String property, boolean watch) {
        String[] pair = property.split("=", 2);
        assertThat(bind(Map.of(pair[0], pair[1])).gc().watch()).isEqualTo(watch);
    }

    @Test
    void firstScheduledCollectionIsOneIntervalAfterTheOneAtStart() {
        assertThat(bind(Map.of("ipc.gc.interval", "7s")).gc().initialDelay()).hasSeconds(7);
    }

    @ParameterizedTest
    @CsvSource({ "ipc.ttl.default,-1s", "ipc.ttl.default,1us", "ipc.gc.interval,0s", "ipc.gc.interval,-1s",
        "ipc.gc.interval,1us", "ipc.gc.initial-delay,-1s", "ipc.gc.max-age,-1s", "ipc.ttl.patterns[a*],-1s",
        "ipc.directory-permissions,rwx", "ipc.directory-permissions,rw-rwx---", "ipc.directory-permissions,rwxrwxrwx",
        "ipc.segment-permissions,0600", "ipc.segment-permissions,r--------", "ipc.segment-permissions,rw-r-----",
        "ipc.trusted-owners,-1", "ipc.directory-group,-1", "ipc.directory-group,4294967295",
        "ipc.trusted-owners,4294967295", "ipc.recycling.segments,-1", "ipc.recycling.size,-1B",
        "ipc.recycling.time,-1s", "ipc.mappings.segments,-1", "ipc.mappings.size,-1B", "ipc.mappings.time,-1s",
        "ipc.space.kept,0B", "ipc.space.kept-timeout,-1s" })
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
                Map.entry("ipc.directory-permissions", "null"),
                Map.entry("ipc.directory-group", "null"), Map.entry("ipc.segment-permissions", "null"),
                Map.entry("ipc.trusted-owners", "null"), Map.entry("ipc.leak-detection", "simple"),
                Map.entry("ipc.ttl.default", "0s"), Map.entry("ipc.ttl.patterns", "null"),
                Map.entry("ipc.gc.watch", "null"),
                Map.entry("ipc.gc.enabled", "true"),
                Map.entry("ipc.gc.interval", "30s"), Map.entry("ipc.gc.initial-delay", "null"),
                Map.entry("ipc.gc.max-age", "0s"), Map.entry("ipc.health.threshold", "10MB"),
                Map.entry("ipc.channels.directory", "null"), Map.entry("ipc.channels.directory-permissions", "null"),
                Map.entry("ipc.channels.credits.messages", "1024"), Map.entry("ipc.channels.credits.bytes", "16MB"),
                Map.entry("ipc.channels.credits.descriptors", "256"), Map.entry("ipc.channels.threshold", "16KB"),
                Map.entry("ipc.space.kept", "null"), Map.entry("ipc.space.kept-timeout", "0s"),
                Map.entry("ipc.claims.secrets", "null"), Map.entry("ipc.claims.host-id", "null"),
                Map.entry("ipc.claims.origins", "null"), Map.entry("ipc.claims.fetch-timeout", "60s"),
                Map.entry("management.health.ipcclaims.enabled", "true"),
                Map.entry("ipc.messaging.listener.dropping", "false"),
                Map.entry("ipc.claims.origin.enabled", "true"), Map.entry("ipc.claims.origin.path", "/ipc/claims"),
                Map.entry("ipc.claims.origin.max-responses", "16"),
                Map.entry("ipc.claims.fetch.allowed-origins", "null"),
                Map.entry("ipc.claims.fetch.ssl-bundle", "null"),
                Map.entry("ipc.claims.fetch.connect-timeout", "5s"),
                Map.entry("ipc.messaging.template.send-timeout", "5s"),
                Map.entry("ipc.messaging.template.reply-timeout", "30s"),
                Map.entry("ipc.messaging.template.max-age", "null"),
                Map.entry("ipc.messaging.template.fail-fast", "false"),
                Map.entry("ipc.messaging.template.retry.enabled", "false"),
                Map.entry("ipc.messaging.template.retry.max-retries", "3"),
                Map.entry("ipc.messaging.template.retry.delay", "1s"),
                Map.entry("ipc.messaging.template.retry.jitter", "0s"),
                Map.entry("ipc.messaging.template.retry.multiplier", "1"),
                Map.entry("ipc.messaging.template.retry.max-delay", "10s"),
                Map.entry("ipc.messaging.listener.prefetch", "null"),
                Map.entry("ipc.messaging.listener.prefetch-size", "null"),
                Map.entry("ipc.messaging.listener.max-age", "null"),
                Map.entry("ipc.messaging.listener.retry.enabled", "false"),
                Map.entry("ipc.messaging.listener.retry.max-retries", "3"),
                Map.entry("ipc.messaging.listener.retry.delay", "1s"),
                Map.entry("ipc.messaging.listener.retry.jitter", "0s"),
                Map.entry("ipc.messaging.listener.retry.multiplier", "1"),
                Map.entry("ipc.messaging.listener.retry.max-delay", "10s"),
                Map.entry("ipc.messaging.listener.auto-startup", "true"),
                Map.entry("ipc.messaging.listener.concurrency", "1"),
                Map.entry("ipc.messaging.listener.reply-timeout", "5s"),
                Map.entry("ipc.messaging.listener.shutdown-timeout", "10s"),
                Map.entry("ipc.recycling.segments", "64"), Map.entry("ipc.recycling.size", "512MB"),
                Map.entry("ipc.recycling.time", "5s"), Map.entry("ipc.mappings.segments", "128"),
                Map.entry("ipc.mappings.size", "1GB"), Map.entry("ipc.mappings.time", "5s"),
                Map.entry("management.endpoint.ipc.access", "read_only"),
                Map.entry("management.endpoint.ipc.cache.time-to-live", "0ms"),
                Map.entry("management.health.ipc.enabled", "true"),
                Map.entry("management.health.ipclisteners.enabled", "true"));
    }

    private static IpcProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("ipc", IpcProperties.class);
    }
}
