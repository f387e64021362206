package io.resourcelink.boot.claim.listener;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import brave.handler.MutableSpan;
import io.micrometer.observation.Observation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.artemis.autoconfigure.ArtemisProperties;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.core.JmsClient;
import org.springframework.jms.support.converter.JacksonJsonMessageConverter;
import org.springframework.jms.support.converter.MessageConverter;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.Traced;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;

import static org.assertj.core.api.Assertions.assertThat;

/** One trace spans the producer, the broker, the listener on another host, and the producer's origin. With a tracer for each side. */
@Tag("slow")
@Timeout(180)
class ClaimTracingTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @RegisterExtension
    final TestDirectories far = new TestDirectories();

    @Test
    void oneTraceSpansPublishingSendingListeningOpeningFetchingAndServing() {
        try (Traced front = new Traced();
                Traced back = new Traced();
                ConfigurableApplicationContext producer = Broker.ARTEMIS.start(Producer.class,
                        WebApplicationType.SERVLET, directories, front.observations())) {
            URI origin = URI.create("http://127.0.0.1:" + producer.getEnvironment().getProperty("local.server.port"));
            String broker = "vm://" + producer.getBean(ArtemisProperties.class).getEmbedded().getServerId();
            try (ConfigurableApplicationContext consumer = Broker.ARTEMIS.start(Consumer.class, WebApplicationType.NONE,
                    far, back.observations(), "spring.artemis.mode=native", "spring.artemis.broker-url=" + broker,
                    "ipc.claims.fetch.allowed-origins=" + origin)) {
                Claim claim = Objects.requireNonNull(Observation.createNotStarted("upload", front.observations())
                        .observe(() -> upload(producer, origin)));
                consumer.getBean(Deliveries.class).await(1);
                // The consumer's last span ends after its listener, and the origin's after its response.
                Deliveries.waiting().until(() -> named(back, "orders process").size() == 1
                        && named(front, "http get").size() == 1 && named(front, "http head").size() == 1);
                consumer.getBean(Deliveries.class).awaitClosed();
                assertOneTrace(front, back);
                assertThat(Observation.createNotStarted("done", back.observations())
                        .observe(() -> consumer.getBean(Claims.class).settle(claim))).isTrue();
            }
            Deliveries.waiting().until(() -> named(front, "http delete").size() == 1);
            assertChain(List.of(named(front, "http delete"), named(back, "claim settle"), named(back, "done")));
        }
    }

    private static Claim upload(ConfigurableApplicationContext producer, URI origin) {
        Claim claim = producer.getBean(Claims.class).publish(Content.of(new byte[]{ 5, 6, 7 }),
                ClaimOptions.defaults().withTtl(Duration.ofMinutes(1)).withOrigins(List.of(origin)));
        producer.getBean(JmsClient.class).destination("orders").send(new Order(1, claim));
        return claim;
    }

    private static void assertOneTrace(Traced front, Traced back) {
        List<MutableSpan> all = new ArrayList<>(front.spans());
        all.addAll(back.spans());
        assertThat(all).hasSize(8).extracting(MutableSpan::traceId).containsOnly(all.getFirst().traceId());
        List<MutableSpan> upload = named(front, "upload");
        assertChain(List.of(named(front, "claim publish"), upload));
        List<MutableSpan> fetch = named(back, "claim fetch");
        assertChain(List.of(named(front, "http get /ipc/claims"), fetch, named(back, "claim open"),
                named(back, "orders process"), named(front, "orders publish"), upload));
        assertChain(List.of(named(front, "http head /ipc/claims"), fetch));
    }

    /** Each is the child of the next one. */
    private static void assertChain(List<List<MutableSpan>> chain) {
        for (int index = 0; index < chain.size() - 1; index++) {
            assertThat(chain.get(index)).hasSize(1);
            assertThat(chain.get(index).getFirst().parentId()).isEqualTo(chain.get(index + 1).getFirst().id());
        }
    }

    private static List<MutableSpan> named(Traced application, String name) {
        return application.spans().stream().filter(span -> Objects.requireNonNull(span.name()).startsWith(name))
                .toList();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Producer {

        @Bean
        MessageConverter messageConverter() {
            JacksonJsonMessageConverter converter = new JacksonJsonMessageConverter();
            converter.setTypeIdPropertyName("_type");
            return converter;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Consumer extends Producer {

        @Bean
        Deliveries deliveries() {
            return new Deliveries();
        }

        @Bean
        Listener listener(Deliveries deliveries) {
            return new Listener(deliveries);
        }
    }

    /**
     * Listens.
     *
     * @param deliveries notes them
     */
    record Listener(Deliveries deliveries) {

        @JmsListener(destination = "orders")
        void order(Order order, @OpenClaim ResourceLink link) {
            deliveries.add("order", order.number(), link);
        }
    }
}
