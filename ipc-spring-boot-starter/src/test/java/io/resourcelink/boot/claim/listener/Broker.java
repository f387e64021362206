package io.resourcelink.boot.claim.listener;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.claim.ClaimSigner;

/** The brokers, and applications that Spring Boot configures for one of them. */
enum Broker {

    KAFKA("kafka.autoconfigure.KafkaAutoConfiguration"), RABBIT("amqp.autoconfigure.RabbitAutoConfiguration"), ARTEMIS(
            "artemis.autoconfigure.ArtemisAutoConfiguration", "jms.autoconfigure.JmsAutoConfiguration");

    private static final byte[] SECRET = new byte[ClaimSigner.MIN_SECRET];

    /** Signs as the applications do. */
    static final ClaimSigner SIGNER = ClaimSigner.of(List.of(SECRET));

    /** The property of what signs claims. */
    static final String SECRETS = "ipc.claims.secrets=" + Base64.getEncoder().encodeToString(SECRET);

    @SuppressWarnings("ImmutableEnumChecker") // Stream.toList
    private final List<String> autoConfigurations;

    Broker(String... autoConfigurations) {
        this.autoConfigurations = Stream.of(autoConfigurations).map("org.springframework.boot."::concat).toList();
    }

    /** {@return the property that excludes the other brokers} */
    String alone() {
        return "spring.autoconfigure.exclude=" + Arrays.stream(values()).filter(broker -> broker != this)
                .flatMap(broker -> broker.autoConfigurations.stream()).collect(Collectors.joining(","));
    }

    /** Starts an application without a web server. */
    ConfigurableApplicationContext start(Class<?> application, TestDirectories directories, String... properties) {
        return start(application, WebApplicationType.NONE, directories, properties);
    }

    /** Starts an application. */
    ConfigurableApplicationContext start(Class<?> application, WebApplicationType type, TestDirectories directories,
            String... properties) {
        return start(application, type, directories, ObservationRegistry.NOOP, properties);
    }

    /** Starts an application that is observed. */
    ConfigurableApplicationContext start(Class<?> application, WebApplicationType type, TestDirectories directories,
            ObservationRegistry observations, String... properties) {
        List<String> all = new ArrayList<>(
                List.of(alone(), SECRETS, "spring.main.banner-mode=off", "logging.level.org.apache=WARN",
                        "logging.level.org.springframework=WARN",
                        "server.port=0", "server.address=127.0.0.1"));
        all.addAll(List.of(directories.properties()));
        all.addAll(List.of(properties));
        return new SpringApplicationBuilder(application).web(type).registerShutdownHook(false)
                .initializers(context -> observe(context, observations))
                .run(all.stream().map("--"::concat).toArray(String[]::new));
    }

    private static void observe(ConfigurableApplicationContext context, ObservationRegistry observations) {
        if (!observations.isNoop() && context instanceof GenericApplicationContext made) {
            made.registerBean(ObservationRegistry.class, () -> observations);
        }
    }
}
