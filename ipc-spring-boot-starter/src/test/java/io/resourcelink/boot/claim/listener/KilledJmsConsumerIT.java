package io.resourcelink.boot.claim.listener;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.artemis.autoconfigure.ArtemisConfigurationCustomizer;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.support.converter.MessageConverter;
import tools.jackson.databind.json.JsonMapper;

import io.resourcelink.Content;
import io.resourcelink.Effort;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A consumer is killed in its listener, and Artemis delivers its message to another process. A process with other directories, as on
 * another host, runs the same listener. The window of zero keeps a consumer
 * from buffering messages: those that a killed consumer has in its buffer count as delivered, and go to the dead-letter queue
 * after ten kills without any listener having seen them.
 */
@Tag("slow")
@Timeout(120)
@EnabledIfSystemProperty(named = Effort.THOROUGH, matches = "true", disabledReason = "TwoHostsIT of the sample is its part of the gate")
class KilledJmsConsumerIT {

    private static final int MESSAGES = 3;

    @RegisterExtension
    final TestDirectories host = new TestDirectories();

    @RegisterExtension
    final TestDirectories otherHost = new TestDirectories();

    @TempDir
    private Path work;

    @Test
    void theMessageOfAKilledConsumerIsRedeliveredWithItsPayload() throws Exception {
        int port = freePort();
        try (ConfigurableApplicationContext producer = Broker.ARTEMIS.start(Producer.class, host,
                "test.port=" + port)) {
            List<Claim> claims = send(producer);
            String url = "spring.artemis.broker-url=tcp://127.0.0.1:" + port + "?consumerWindowSize=0";
            try (ConsumerProcess killed = ConsumerProcess.start(Broker.ARTEMIS, host, work, "killed",
                    "spring.artemis.mode=native", url, "test.queue=scans", "test.hang=true")) {
                killed.await(events -> !events.isEmpty());
                killed.kill();
                assertThat(killed.events()).extracting(ConsumerProcess.Event::number).containsExactly(0);
            }
            try (ConsumerProcess next = ConsumerProcess.start(Broker.ARTEMIS, host, work, "next",
                    "spring.artemis.mode=native", url, "test.queue=scans")) {
                next.await(events -> events.stream().filter(event -> event.event().equals("handled"))
                        .count() == MESSAGES);
                for (ConsumerProcess.Event event : next.events()) {
                    assertThat(event.attempt()).isEqualTo(event.number() == 0 ? 2 : 1);
                    assertThat(event.inode())
                            .isEqualTo(Mappings.inode(host.memory().resolve(claims.get(event.number()).key())));
                }
            }
            try (ResourceLinkFactory segments = host.factory();
                    TestOrigin origin = new TestOrigin(segments);
                    ConsumerProcess far = ConsumerProcess.start(Broker.ARTEMIS, otherHost, work, "far",
                            "spring.artemis.mode=native", url, "test.queue=scans")) {
                claims.add(send(producer, MESSAGES, origin.address()));
                far.await(events -> events.stream().anyMatch(event -> event.event().equals("handled")));
                assertThat(far.events()).extracting(ConsumerProcess.Event::number).containsOnly(MESSAGES);
                String replica = otherHost.keys().getFirst();
                assertThat(far.events()).extracting(ConsumerProcess.Event::inode)
                        .containsOnly(Mappings.inode(otherHost.memory().resolve(replica)));
                far.kill();
                try (ResourceLinkFactory there = otherHost.factory()) {
                    there.remove(replica);
                }
            }
            claims.forEach(claim -> assertThat(producer.getBean(Claims.class).settle(claim)).isTrue());
        }
    }

    private static List<Claim> send(ConfigurableApplicationContext producer) {
        List<Claim> claims = new ArrayList<>();
        for (int number = 0; number < MESSAGES; number++) {
            claims.add(send(producer, number));
        }
        return claims;
    }

    private static Claim send(ConfigurableApplicationContext producer, int number, URI... origins) {
        byte[] payload = ByteBuffer.allocate(2 * ConsumerApplication.NUMBER_BYTES).putInt(number).putInt(number)
                .array();
        Claim claim = producer.getBean(Claims.class).publish(Content.of(payload),
                ClaimOptions.defaults().withTtl(Duration.ofMinutes(2)).withOrigins(List.of(origins)));
        producer.getBean(JmsTemplate.class).convertAndSend("scans", new Order(number, claim));
        return claim;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(TestFetcher.class)
    static class Producer {

        @Bean
        ArtemisConfigurationCustomizer acceptor(
                @Value("${test.port}") int port) {
            return configuration -> {
                try {
                    configuration.addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + port);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            };
        }

        @Bean
        MessageConverter messageConverter(JsonMapper mapper) {
            return ConsumerApplication.Jms.converter(mapper);
        }
    }
}
