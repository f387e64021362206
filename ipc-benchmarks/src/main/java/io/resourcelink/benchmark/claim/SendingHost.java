package io.resourcelink.benchmark.claim;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.resourcelink.Content;
import io.resourcelink.benchmark.handoff.Checksum;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;

/** The process that publishes and sends: an application with Spring MVC on Tomcat, and with the origin of its claims. */
final class SendingHost {

    /** Publishes a payload for downloads. The response is the text of its claim. */
    static final String PAYLOADS = "/payloads";

    /** The same bytes in a file. */
    static final String FILE = "/file";

    /** Sends a payload in one way. */
    static final String MESSAGES = "/messages/";

    private SendingHost() {}

    /**
     * What was sent.
     *
     * @param began when the sender began with it, by the clock of all processes of this machine
     * @param sum the checksum of the bytes
     * @param claim the text of the claim, if there is one
     */
    record Sent(long began, long sum, @Nullable String claim) {}

    /** Arguments: the plan, a directory in shared memory, and the addresses of the brokers. */
    public static void main(String[] arguments) throws Exception {
        Plan plan = Plan.of(arguments[0]);
        Path directory = Path.of(arguments[1]);
        Path file = directory.resolve("file");
        Files.write(file, new byte[plan.downloadBytes()]);
        try (ConfigurableApplicationContext context = Applications.start(Application.class, WebApplicationType.SERVLET,
                directory.resolve(Host.SEGMENTS), Brokers.Addresses.parse(arguments[2]), plan,
                "benchmark.file=" + file, "benchmark.plan=" + arguments[0])) {
            Child.serve("http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port"));
        }
    }

    /** The application. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Controller controller(Claims claims, JmsTemplate jms, ObjectProvider<KafkaTemplate<Object, Object>> kafka,
                @Value("${benchmark.file}") Path file, @Value("${benchmark.plan}") String plan) {
            return new Controller(claims, jms, kafka.getIfAvailable(), file, Plan.of(plan));
        }
    }

    /** Does what the other process asks for. One request at a time. */
    @RestController
    static final class Controller {

        private static final Duration TTL = Duration.ofMinutes(10);

        private final Claims claims;
        private final JmsTemplate jms;
        private final @Nullable KafkaTemplate<Object, Object> kafka;
        private final Path file;
        private final byte[] download;
        private final byte[] message;

        Controller(Claims claims, JmsTemplate jms, @Nullable KafkaTemplate<Object, Object> kafka, Path file,
                Plan plan) {
            this.claims = claims;
            this.jms = jms;
            this.kafka = kafka;
            this.file = file;
            this.download = new byte[plan.downloadBytes()];
            this.message = new byte[plan.messageBytes()];
        }

        @GetMapping(FILE)
        Resource file() {
            return new FileSystemResource(file);
        }

        @PostMapping(PAYLOADS)
        String publish(HttpServletRequest request) {
            return claims.publish(Content.of(download), options(request)).toText();
        }

        @PostMapping(MESSAGES + "{way}")
        Sent send(@PathVariable Way way, @RequestParam long number, HttpServletRequest request) {
            Checksum.stamp(message, number);
            long sum = Checksum.of(message, message.length);
            long began = System.nanoTime();
            return new Sent(began, sum, switch (way) {
                case ARTEMIS -> sendBytes();
                case KAFKA -> sendRecord();
                case NEAR -> sendClaim(Way.NEAR_CLAIMS, request);
                case FAR -> sendClaim(Way.FAR_CLAIMS, request);
            });
        }

        private @Nullable String sendBytes() {
            jms.convertAndSend(Way.BYTES, message);
            return null;
        }

        private @Nullable String sendRecord() {
            if (kafka == null) {
                throw new IllegalStateException("This run is without Kafka.");
            }
            kafka.send(Way.BYTES, message).join();
            return null;
        }

        private String sendClaim(String queue, HttpServletRequest request) {
            Claim claim = claims.publish(Content.of(message), options(request));
            jms.convertAndSend(queue, claim.toText());
            return claim.toText();
        }

        /** The port is not known before the web server has started. */
        private static ClaimOptions options(HttpServletRequest request) {
            return ClaimOptions.defaults().withTtl(TTL)
                    .withOrigins(List.of(URI.create("http://127.0.0.1:" + request.getLocalPort())));
        }
    }
}
