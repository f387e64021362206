package io.resourcelink.benchmark.claim;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import io.resourcelink.claim.ClaimSigner;

/** Starts the Spring applications of all processes. */
final class Applications {

    /** What a record of Kafka may need beside its value. */
    static final int KAFKA_OVERHEAD = 1 << 20;

    private static final String KAFKA = "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration";
    private static final String SECRETS = "ipc.claims.secrets="
            + Base64.getEncoder().encodeToString(new byte[ClaimSigner.MIN_SECRET]);

    private Applications() {}

    /** Starts an application without links, web server or Kafka. */
    static ConfigurableApplicationContext start(Class<?> application, String... properties) {
        return run(application, WebApplicationType.NONE, Stream.concat(Stream.of("ipc.enabled=false",
                "spring.autoconfigure.exclude=" + KAFKA), Stream.of(properties)).toList());
    }

    /**
     * Starts an application of a host.
     *
     * @param application its configuration
     * @param type whether it has a web server
     * @param directory the directory that is the host's memory
     * @param brokers the brokers
     * @param plan how large payloads are
     * @param properties more properties
     */
    static ConfigurableApplicationContext start(Class<?> application, WebApplicationType type, Path directory,
            Brokers.Addresses brokers, Plan plan, String... properties) {
        List<String> all = new ArrayList<>(List.of(SECRETS, "ipc.directory=" + directory,
                "ipc.channels.enabled=false", "spring.artemis.mode=native",
                "spring.artemis.broker-url=" + brokers.artemis(), "server.address=127.0.0.1", "server.port=0",
                "spring.autoconfigure.exclude=" + (brokers.kafka().isEmpty() ? KAFKA : "")));
        if (!brokers.kafka().isEmpty()) {
            all.addAll(kafka(brokers.kafka(), plan.messageBytes() + KAFKA_OVERHEAD));
        }
        all.addAll(List.of(properties));
        return run(application, type, all);
    }

    /** Kafka's own defaults end at 1 MiB. */
    private static List<String> kafka(String servers, int limit) {
        return List.of("spring.kafka.bootstrap-servers=" + servers,
                "spring.kafka.producer.value-serializer=org.apache.kafka.common.serialization.ByteArraySerializer",
                "spring.kafka.producer.buffer-memory=" + 4L * limit + 'B',
                "spring.kafka.producer.properties.max.request.size=" + limit,
                "spring.kafka.consumer.value-deserializer=org.apache.kafka.common.serialization.ByteArrayDeserializer",
                "spring.kafka.consumer.auto-offset-reset=earliest", "spring.kafka.consumer.group-id=receivers",
                "spring.kafka.consumer.properties.fetch.max.bytes=" + limit,
                "spring.kafka.consumer.properties.max.partition.fetch.bytes=" + limit);
    }

    private static ConfigurableApplicationContext run(Class<?> application, WebApplicationType type,
            List<String> properties) {
        return new SpringApplicationBuilder(application).web(type).bannerMode(Banner.Mode.OFF)
                .registerShutdownHook(false).run(properties.stream().map("--"::concat).toArray(String[]::new));
    }
}
