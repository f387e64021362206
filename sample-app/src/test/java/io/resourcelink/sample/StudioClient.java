package io.resourcelink.sample;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import io.resourcelink.sample.studio.FrameView;

/** What tests ask of a studio. */
final class StudioClient {

    private final RestTestClient http;

    StudioClient(RestTestClient http) {
        this.http = http;
    }

    /** A segment as the actuator shows it. */
    record Segment(String key, long refcount, long payloadSize, String age, String ttl, String state) {}

    private record Ipc(List<Segment> segments) {}

    RestTestClient.ResponseSpec upload(byte[] file) {
        return upload("file", new NamedFile("picture.jpg", file));
    }

    RestTestClient.ResponseSpec upload(String part, Object content) {
        MultiValueMap<String, Object> parts = new LinkedMultiValueMap<>();
        parts.add(part, content);
        return http.post().uri("/frames").contentType(MediaType.MULTIPART_FORM_DATA).body(parts).exchange();
    }

    FrameView add(byte[] file) {
        return body(upload(file).expectStatus().isCreated().returnResult(FrameView.class));
    }

    List<FrameView> frames() {
        return body(http.get().uri("/frames").exchange().expectStatus().isOk()
                .returnResult(new ParameterizedTypeReference<List<FrameView>>() {
                }));
    }

    BufferedImage picture(String address) {
        byte[] png = body(http.get().uri(address).exchange().expectStatus().isOk().expectHeader()
                .contentType(MediaType.IMAGE_PNG).returnResult(byte[].class));
        try {
            return ImageIO.read(new ByteArrayInputStream(png));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void delete(FrameView frame) {
        http.delete().uri("/frames/" + frame.id()).exchange().expectStatus().isNoContent();
    }

    /** Without those that workers hold for as long as they run. */
    List<Segment> segments() {
        return body(http.get().uri("/actuator/ipc").exchange().expectStatus().isOk().returnResult(Ipc.class))
                .segments().stream().filter(segment -> !segment.key().startsWith("worker-")).toList();
    }

    /** What the page is sent at the moment, as text. */
    static String state(int port) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient();
                Stream<String> lines = client
                        .send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/events")).build(),
                                HttpResponse.BodyHandlers.ofLines())
                        .body()) {
            return lines.filter(line -> line.startsWith("data:")).findFirst().orElseThrow();
        }
    }

    static <T> T body(EntityExchangeResult<T> result) {
        return Objects.requireNonNull(result.getResponseBody());
    }

    RestTestClient http() {
        return http;
    }

    /** A part needs the name of a file to be one. */
    static final class NamedFile extends ByteArrayResource {

        private final String name;

        NamedFile(String name, byte[] bytes) {
            super(bytes);
            this.name = name;
        }

        @Override
        public String getFilename() {
            return name;
        }
    }
}
