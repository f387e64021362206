package io.resourcelink.boot.resource;

import java.util.Arrays;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ByteArrayResource;
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

    @ParameterizedTest
    @CsvSource({ "/plain/frame,application/octet-stream", "/png/frame,image/png", "/gif/frame,image/gif",
        "/plain/page.html,application/octet-stream" })
    void payloadIsBytesUnlessTheControllerSaysOtherwise(String uri, String type) {
        try (ResourceLink link = factory.create(uri.substring(uri.lastIndexOf('/') + 1), 10)) {
            link.writePayload(new byte[]{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 });
            client.get().uri(uri).exchange().expectStatus().isOk().expectHeader().contentType(type)
                    .expectBody().returnResult();
            client.get().uri(uri).header(HttpHeaders.RANGE, "bytes=3-5").exchange().expectStatus().isEqualTo(206)
                    .expectHeader().contentType(type).expectBody(byte[].class).isEqualTo(new byte[]{ 3, 4, 5 });
            await().untilAsserted(() -> assertThat(link.refcount()).isEqualTo(1));
        }
    }

    @Test
    void segmentThatIsGoneIsNotFound() {
        client.get().uri("/plain/gone").exchange().expectStatus().isNotFound().expectBody().jsonPath("$.path")
                .isEqualTo("/plain/gone");
        client.head().uri("/plain/gone").exchange().expectStatus().isNotFound();
        client.get().uri("/png/gone").exchange().expectStatus().isNotFound();
        client.get().uri("/plain/gone").header(HttpHeaders.RANGE, "bytes=3-5").exchange().expectStatus().isNotFound();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/plain/frame", "/png/frame" })
    void rangeThatCannotBeSatisfiedHasNoBody(String uri) {
        try (ResourceLink _ = factory.create("frame", 10)) {
            client.get().uri(uri).header(HttpHeaders.RANGE, "bytes=50-60").exchange().expectStatus().isEqualTo(416)
                    .expectHeader().valueEquals(HttpHeaders.CONTENT_RANGE, "bytes */10").expectBody().isEmpty();
        }
    }

    @Test
    void otherResourcesAreLeftToSpring() {
        client.get().uri("/other").exchange().expectStatus().isOk().expectHeader()
                .contentType(MediaType.APPLICATION_JSON);
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

        @GetMapping("/plain/{key}")
        Resource plain(@PathVariable String key) {
            return new SegmentResource(factory, key);
        }

        @GetMapping("/png/{key}")
        ResponseEntity<Resource> png(@PathVariable String key) {
            return ResponseEntity.ok().contentType(MediaType.IMAGE_PNG).body(new SegmentResource(factory, key));
        }

        @GetMapping(path = "/gif/{key}", produces = MediaType.IMAGE_GIF_VALUE)
        Resource gif(@PathVariable String key) {
            return new SegmentResource(factory, key);
        }

        @GetMapping("/other")
        Resource other() {
            return new ByteArrayResource(new byte[]{ 1, 2, 3 });
        }
    }
}
