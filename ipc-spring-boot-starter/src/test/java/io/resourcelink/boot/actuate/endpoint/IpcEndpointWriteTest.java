package io.resourcelink.boot.actuate.endpoint;

import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;

/** What the endpoint changes, for those who may. */
@Tag("slow")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = {
    "management.endpoints.web.exposure.include=ipc", "management.endpoint.ipc.access=unrestricted",
    "ipc.gc.interval=1h", "ipc.gc.watch=false" })
@AutoConfigureRestTestClient
@DirtiesContext
class IpcEndpointWriteTest {

    @RegisterExtension
    static final TestDirectories directories = new TestDirectories();

    @Autowired
    private ResourceLinkFactory factory;

    @Autowired
    private OrphanCollector collector;

    @Autowired
    private RestTestClient client;

    @Test
    void collectionTellsWhatItDid() {
        directories.leaveOrphan("orphan");
        long before = collector.status().collectedTotal();
        try (ResourceLink _ = factory.create("held", 100)) {
            client.post().uri("/actuator/ipc").exchange().expectStatus().isOk().expectBody().json("""
                    {
                      "bytes": 164,
                      "collected": [
                        {"key": "orphan", "kind": "shared-memory", "reason": "expired", "bytes": 164}
                      ],
                      "skipped": [
                        {"key": "held", "kind": "shared-memory", "cause": "held"}
                      ]
                    }
                    """);
        }
        assertThat(factory.info("orphan")).isEmpty();
        assertThat(collector.status().collectedTotal()).isEqualTo(before + 1);
    }

    @Test
    void collectionTakesAnyAgeWithoutACollector() {
        directories.leaveOrphan("orphan");
        assertThat(new IpcEndpoint(factory, null, null).collect().collected()).singleElement()
                .extracting(SweepDescriptor.CollectedDescriptor::key).isEqualTo("orphan");
    }

    @Test
    void removalTakesTheNameAndLeavesTheMemory() {
        try (ResourceLink link = factory.create("frame", 4)) {
            client.delete().uri("/actuator/ipc/frame").exchange().expectStatus().isNoContent();
            assertThat(factory.info("frame")).isEmpty();
            link.writePayload(new byte[]{ 1, 2, 3, 4 });
            assertThat(link.readPayload(0, 4)).containsExactly(1, 2, 3, 4);
        }
        client.delete().uri("/actuator/ipc/frame").exchange().expectStatus().isNotFound();
        client.delete().uri("/actuator/ipc/.hidden").exchange().expectStatus().isBadRequest();
    }

    @Test
    void removalTakesAKeyThatAWebServerRefusesInAPath() {
        try (ResourceLink _ = factory.create("a\\b", 4)) {
            client.delete().uri("/actuator/ipc?key={key}", "a\\b").exchange().expectStatus().isNoContent();
            client.delete().uri("/actuator/ipc?key={key}", "a\\b").exchange().expectStatus().isNotFound();
        }
        client.delete().uri("/actuator/ipc?key=.hidden").exchange().expectStatus().isBadRequest();
        client.delete().uri("/actuator/ipc").exchange().expectStatus().isBadRequest();
    }

    @Test
    void removalFindsEitherKind() {
        CreateOptions onDisk = CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE).withTtl(Duration.ofHours(1));
        try (ResourceLink _ = factory.create("page", 4, onDisk); ResourceLink _ = factory.create("page", 4)) {
            client.delete().uri("/actuator/ipc/page?kind=mapped-file").exchange().expectStatus().isNoContent();
            client.delete().uri("/actuator/ipc/page?kind=mapped-file").exchange().expectStatus().isNotFound();
            client.delete().uri("/actuator/ipc/page").exchange().expectStatus().isNoContent();
            client.delete().uri("/actuator/ipc/page").exchange().expectStatus().isNotFound();
        }
    }

    @DynamicPropertySource
    static void directories(DynamicPropertyRegistry registry) {
        directories.register(registry);
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {}
}
