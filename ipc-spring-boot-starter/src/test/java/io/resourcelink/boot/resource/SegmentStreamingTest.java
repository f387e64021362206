package io.resourcelink.boot.resource;

import java.util.Arrays;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.test.autoconfigure.AutoConfigureIpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A controller that returns a segment. */
@Tag("slow")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@AutoConfigureIpc
@DirtiesContext
class SegmentStreamingTest {

    private static final int SIZE = 50_000_000;

    @Autowired
    private ResourceLinkFactory factory;

    @Autowired
    private RestTestClient client;

    @Test
    void fiftyMegabytesAreStreamedAndLetGoOf() {
        byte[] payload = new byte[SIZE];
        for (int index = 0; index < SIZE; index++) {
            payload[index] = (byte) (index * 31);
        }
        try (ResourceLink link = factory.create("frame", SIZE)) {
            link.writePayload(payload);
            byte[] body = client.get().uri("/segments/frame").exchange().expectStatus().isOk().expectHeader()
                    .contentLength(SIZE).expectBody().returnResult().getResponseBody();
            assertThat(Arrays.equals(body, payload)).isTrue();
            // The client may have read all before the server has closed what it read from.
            await().untilAsserted(() -> assertThat(link.refcount()).isEqualTo(1));
        }
    }

    @Test
    void partsAreStreamedToo() {
        try (ResourceLink link = factory.create("frame", 10)) {
            link.writePayload(new byte[]{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 });
            client.get().uri("/segments/frame").header(HttpHeaders.RANGE, "bytes=3-5").exchange().expectStatus()
                    .isEqualTo(206).expectBody(byte[].class).isEqualTo(new byte[]{ 3, 4, 5 });
            // The client may have read all before the server has closed what it read from.
            await().untilAsserted(() -> assertThat(link.refcount()).isEqualTo(1));
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Segments segments(ResourceLinkFactory factory) {
            return new Segments(factory);
        }
    }

    @RestController
    static class Segments {

        private final ResourceLinkFactory factory;

        Segments(ResourceLinkFactory factory) {
            this.factory = factory;
        }

        @GetMapping("/segments/{key}")
        ResponseEntity<Resource> segment(@PathVariable String key) {
            return ResponseEntity.ok().contentType(MediaType.APPLICATION_OCTET_STREAM)
                    .body(new SegmentResource(factory, key));
        }
    }
}
