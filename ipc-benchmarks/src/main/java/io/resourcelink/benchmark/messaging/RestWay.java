package io.resourcelink.benchmark.messaging;

import java.nio.file.Path;
import java.util.Objects;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import io.resourcelink.benchmark.Mode;
import io.resourcelink.benchmark.handoff.Checksum;

/** Spring's RestClient to Spring MVC in an embedded Tomcat, on loopback, with connections that are kept alive. */
record RestWay() implements Way {

    static final String LABEL = "`RestClient` to Spring MVC on Tomcat";

    private static final String READING = "/reading";
    private static final String PAYLOAD = "/payload";

    @Override
    public String label() {
        return LABEL;
    }

    @Override
    public Mode mode() {
        return Mode.ASLEEP;
    }

    @Override
    public Server server(Path directory) {
        return new RestServer((ServletWebServerApplicationContext) new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.SERVLET).bannerMode(Banner.Mode.OFF)
                .properties("server.address=127.0.0.1", "server.port=0", "ipc.enabled=false").run());
    }

    @Override
    public Client client(Path directory, long address) {
        return new RestCaller(RestClient.create("http://127.0.0.1:" + address));
    }

    /** The application that answers. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Application {

        @PostMapping(READING)
        Reading echo(@RequestBody Reading reading) {
            return reading;
        }

        @PostMapping(PAYLOAD)
        long sum(@RequestBody byte[] payload) {
            return Checksum.of(payload, payload.length);
        }
    }

    private record RestServer(ServletWebServerApplicationContext context) implements Server {

        @Override
        public long address() {
            return Objects.requireNonNull(context.getWebServer(), "web server").getPort();
        }

        @Override
        public void close() {
            context.close();
        }
    }

    private record RestCaller(RestClient client) implements Client {

        @Override
        public Caller caller(int thread) {
            return reading -> post(READING, MediaType.APPLICATION_JSON, reading, Reading.class);
        }

        @Override
        public long hand(byte[] content, long number) {
            return post(PAYLOAD, MediaType.APPLICATION_OCTET_STREAM, content, Long.class);
        }

        private <R> R post(String path, MediaType type, Object body, Class<R> replyType) {
            return client.post().uri(path).contentType(type).accept(MediaType.APPLICATION_JSON).body(body).retrieve()
                    .requiredBody(replyType);
        }

        @Override
        public void close() {}
    }
}
