package io.resourcelink.boot.actuate.endpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skyscreamer.jsonassert.Customization;
import org.skyscreamer.jsonassert.JSONCompareMode;
import org.skyscreamer.jsonassert.RegularExpressionValueMatcher;
import org.skyscreamer.jsonassert.comparator.CustomComparator;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.HttpStatus;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.json.JsonAssert;
import org.springframework.test.json.JsonComparator;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;

import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;

@Tag("slow")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = {
    "management.endpoints.web.exposure.include=*", "management.endpoint.health.show-components=always",
    "ipc.gc.interval=1h" })
@AutoConfigureRestTestClient
@DirtiesContext
class IpcEndpointTest {

    private static final String INSTANT = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z";
    private static final String DURATION = "PT(\\d+\\.)?\\d+S";
    private static final String COUNT = "\\d+";
    private static final String LABEL = "[a-z-]+";

    /** Exact but for the values that no test can know, whose form is checked. */
    private static final JsonComparator EXACT = JsonAssert.comparator(new CustomComparator(JSONCompareMode.STRICT,
            like("**.capacity.total", COUNT), like("**.capacity.free", COUNT), like("capacity.total", COUNT),
            like("capacity.free", COUNT), like("**.capacity.limitedBy", LABEL), like("capacity.limitedBy", LABEL),
            like("collector.lastRun", INSTANT),
            like("collector.lastDuration", DURATION), like("**.age", DURATION), like("**.createdAt", INSTANT),
            like("**.expiresAt", INSTANT)));

    @RegisterExtension
    static final TestDirectories directories = new TestDirectories();

    @Autowired
    private ResourceLinkFactory factory;

    @Autowired
    private RestTestClient client;

    @Test
    void noProbeOfLivenessOrReadinessAsksForSegmentsListenersOrClaims() {
        assertThat(health("")).contains("\"ipc\"", "\"ipcListeners\"", "\"ipcClaims\"");
        for (String group : List.of("/liveness", "/readiness")) {
            assertThat(health(group)).contains("\"UP\"").doesNotContain("ipc");
        }
    }

    private String health(String group) {
        return Objects.requireNonNull(client.get().uri("/actuator/health" + group).exchange().expectStatus().isOk()
                .expectBody(String.class).returnResult().getResponseBody());
    }

    @Test
    void showsAllSegmentsWithTheStateOfDirectoryAndCollector() {
        try (ResourceLink frame = factory.create("frame", 100);
                ResourceLink _ = frame.retain();
                ResourceLink _ = factory.create("cached", 0, CreateOptions.defaults().withTtl(ofHours(1)))) {
            client.get().uri("/actuator/ipc").exchange().expectStatus().isOk().expectBody()
                    .json("""
                            {
                              "directory": "%s",
                              "capacity": {"total": 0, "free": 0, "limitedBy": ""},
                              "directories": [
                                {"kind": "shared-memory", "directory": "%s", "capacity": {"total": 0, "free": 0, "limitedBy": ""}},
                                {"kind": "mapped-file", "directory": "%s", "capacity": {"total": 0, "free": 0, "limitedBy": ""}}
                              ],
                              "collector": {
                                "runs": 1, "lastRun": "", "lastDuration": "", "lastCollected": 0, "lastSkipped": 0,
                                "collectedTotal": 0, "bytesTotal": 0
                              },
                              "channels": {"listeners": [], "destinations": [], "topics": []},
                              "total": 2, "matching": 2, "shown": 2,
                              "segments": [
                                {
                                  "key": "cached", "kind": "shared-memory", "refcount": 1, "headerCount": 0,
                                  "age": "", "ttl": "PT1H",
                                  "expiresAt": "", "expired": false, "size": 64, "payloadSize": 0, "state": "open",
                                  "createdAt": ""
                                },
                                {
                                  "key": "frame", "kind": "shared-memory", "refcount": 2, "headerCount": 0,
                                  "age": "", "expired": false,
                                  "size": 164, "payloadSize": 100, "state": "open", "createdAt": ""
                                }
                              ]
                            }
                            """
                            .formatted(directories.memory(), directories.memory(), directories.files()), EXACT);
        }
    }

    @Test
    void showsOneSegment() {
        try (ResourceLink _ = factory.create("frame", 100)) {
            client.get().uri("/actuator/ipc/frame").exchange().expectStatus().isOk().expectBody().json("""
                    {
                      "key": "frame", "kind": "shared-memory", "refcount": 1, "headerCount": 0, "age": "",
                      "expired": false,
                      "size": 164, "payloadSize": 100, "state": "open", "createdAt": ""
                    }
                    """, EXACT);
        }
    }

    @Test
    void showsASegmentOfTheOtherKindIfTheDefaultOneHasNone() {
        CreateOptions onDisk = CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE);
        try (ResourceLink _ = factory.create("page", 100, onDisk)) {
            expectKind("/actuator/ipc/page", ResourceKind.MAPPED_FILE);
            try (ResourceLink _ = factory.create("page", 100)) {
                expectKind("/actuator/ipc/page", ResourceKind.SHARED_MEMORY);
                expectKind("/actuator/ipc/page?kind=mapped-file", ResourceKind.MAPPED_FILE);
            }
            client.get().uri("/actuator/ipc/page?kind=shared-memory").exchange().expectStatus().isNotFound();
        }
    }

    @Test
    void showsWhatIsAskedFor() {
        try (ResourceLink _ = factory.create("frame-1", 100);
                ResourceLink _ = factory.create("frame-2", 100);
                ResourceLink _ = factory.create("page", 100)) {
            expectShown("?prefix=frame-", 3, 2, "frame-1", "frame-2");
            expectShown("?prefix=frame-&limit=1", 3, 2, "frame-1");
            expectShown("?limit=2", 3, 3, "frame-1", "frame-2");
            expectShown("?limit=0", 3, 3);
            expectShown("?prefix=none", 3, 0);
            expectShown("?prefix=", 3, 3, "frame-1", "frame-2", "page");
        }
        client.get().uri("/actuator/ipc?limit=-1").exchange().expectStatus().isBadRequest();
        client.get().uri("/actuator/ipc?limit=some").exchange().expectStatus().isBadRequest();
    }

    @Test
    void showsAThousandOfTenThousandSegmentsAndCountsAll() {
        CreateOptions kept = CreateOptions.defaults().withKeep(true);
        List<String> keys = IntStream.range(0, 10_000).mapToObj("tiny-%05d"::formatted).toList();
        try {
            keys.forEach(key -> factory.create(key, 1, kept).close());
            client.get().uri("/actuator/ipc").exchange().expectStatus().isOk().expectBody().jsonPath("$.total")
                    .isEqualTo(10_000).jsonPath("$.matching").isEqualTo(10_000).jsonPath("$.shown").isEqualTo(1000)
                    .jsonPath("$.segments.length()").isEqualTo(1000).jsonPath("$.segments[999].key")
                    .isEqualTo("tiny-00999");
            expectShown("?prefix=tiny-0999&limit=2", 10_000, 10, "tiny-09990", "tiny-09991");
            client.get().uri("/actuator/ipc?limit=20000").exchange().expectBody().jsonPath("$.segments.length()")
                    .isEqualTo(10_000);
        } finally {
            keys.forEach(factory::remove);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "a\\b", "frame-*", "a;b", "100%" })
    void showsAKeyThatAWebServerRefusesInAPath(String key) {
        try (ResourceLink _ = factory.create(key, 100); ResourceLink _ = factory.create(key + "2", 100)) {
            client.get().uri("/actuator/ipc?key={key}", key).exchange().expectStatus().isOk().expectBody()
                    .jsonPath("$.total").isEqualTo(2).jsonPath("$.segments[*].key").isEqualTo(List.of(key));
        }
    }

    private void expectShown(String query, int total, int matching, String... keys) {
        client.get().uri("/actuator/ipc" + query).exchange().expectStatus().isOk().expectBody().jsonPath("$.total")
                .isEqualTo(total).jsonPath("$.matching").isEqualTo(matching).jsonPath("$.shown").isEqualTo(keys.length)
                .jsonPath("$.segments[*].key").isEqualTo(List.of(keys));
    }

    @Test
    void keyWithoutASegmentIsNotFound() {
        client.get().uri("/actuator/ipc/none").exchange().expectStatus().isNotFound();
        client.get().uri("/actuator/ipc/none?kind=mapped-file").exchange().expectStatus().isNotFound();
    }

    @Test
    void whatCannotBeAKeyIsABadRequest() {
        client.get().uri("/actuator/ipc/.hidden").exchange().expectStatus().isBadRequest();
    }

    @Test
    void lookingDoesNotMakeADirectory() {
        Path unused = directories.files().resolve("unused");
        try (ResourceLinkFactory other = ResourceLinkFactory.builder().directory(directories.memory())
                .mappedFileDirectory(unused).build()) {
            IpcEndpoint endpoint = new IpcEndpoint(other, null, null);
            assertThat(endpoint.segment("none", null)).isNull();
            assertThat(endpoint.segment("none", ResourceKind.MAPPED_FILE)).isNull();
            assertThat(endpoint.remove("none", ResourceKind.MAPPED_FILE).getStatus()).isEqualTo(404);
            assertThat(endpoint.ipc(null, null, null).directories()).singleElement()
                    .extracting(DirectoryDescriptor::kind).isEqualTo("shared-memory");
            assertThat(unused).doesNotExist();
        }
    }

    @Test
    void writesAreRefusedByDefault() {
        client.post().uri("/actuator/ipc").exchange().expectStatus().isEqualTo(HttpStatus.METHOD_NOT_ALLOWED);
        client.delete().uri("/actuator/ipc/none").exchange().expectStatus().isEqualTo(HttpStatus.METHOD_NOT_ALLOWED);
    }

    @Test
    void collectionIsListedAmongTheScheduledTasks() {
        client.get().uri("/actuator/scheduledtasks").exchange().expectStatus().isOk().expectBody()
                .jsonPath("$.fixedDelay[0].runnable.target")
                .isEqualTo("io.resourcelink.boot.collector.autoconfigure.OrphanCollection.collect")
                .jsonPath("$.fixedDelay[0].interval").isEqualTo(3_600_000);
    }

    @Test
    void healthAndMetricsAreThereToo() {
        client.get().uri("/actuator/health/ipc").exchange().expectStatus().isOk().expectBody().jsonPath("$.status")
                .isEqualTo("UP");
        client.get().uri("/actuator/metrics/ipc.segments.live?tag=kind:shared-memory").exchange().expectStatus().isOk()
                .expectBody().jsonPath("$.measurements[0].value").isEqualTo(0.0);
    }

    private void expectKind(String uri, ResourceKind kind) {
        client.get().uri(uri).exchange().expectStatus().isOk().expectBody().jsonPath("$.kind").isEqualTo(kind.label());
    }

    private static Customization like(String path, String pattern) {
        return new Customization(path, new RegularExpressionValueMatcher<>(pattern));
    }

    @DynamicPropertySource
    static void directories(DynamicPropertyRegistry registry) {
        directories.register(registry);
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {}
}
