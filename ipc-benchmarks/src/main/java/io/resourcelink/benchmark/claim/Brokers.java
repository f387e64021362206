package io.resourcelink.benchmark.claim;

import java.nio.file.Path;
import java.util.Map;

import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.artemis.autoconfigure.ArtemisConfigurationCustomizer;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * The process with the brokers: Artemis as Spring Boot embeds it, and one node of Kafka in KRaft mode. Whatever they write is in shared
 * memory.
 */
final class Brokers {

    private static final String ACCEPTOR = "tcp";

    private Brokers() {}

    /**
     * The addresses of both.
     *
     * @param artemis the URL of Artemis
     * @param kafka the bootstrap servers of Kafka; empty if it was not started
     */
    record Addresses(String artemis, String kafka) {

        static Addresses parse(String text) {
            String[] parts = text.split(" ", -1);
            return new Addresses(parts[0], parts[1]);
        }

        @Override
        public String toString() {
            return artemis + ' ' + kafka;
        }
    }

    /**
     * Runs.
     *
     * @param arguments the plan, and a directory in shared memory. It is that of temporary files, too: Kafka has its logs there
     */
    public static void main(String[] arguments) throws Exception {
        Plan plan = Plan.of(arguments[0]);
        Path directory = Path.of(arguments[1]);
        EmbeddedKafkaKraftBroker kafka = plan.kafka() ? startKafka(plan) : null;
        try (ConfigurableApplicationContext artemis = Applications.start(Artemis.class, "spring.artemis.mode=embedded",
                "benchmark.brokers=" + directory)) {
            int port = artemis.getBean(EmbeddedActiveMQ.class).getActiveMQServer().getRemotingService()
                    .getAcceptor(ACCEPTOR).getActualPort();
            Child.serve(new Addresses("tcp://127.0.0.1:" + port, addresses(kafka)).toString());
        } finally {
            if (kafka != null) {
                kafka.destroy();
            }
        }
        // Kafka's threads may go on for a while.
        System.exit(0);
    }

    private static EmbeddedKafkaKraftBroker startKafka(Plan plan) {
        int limit = plan.messageBytes() + Applications.KAFKA_OVERHEAD;
        EmbeddedKafkaKraftBroker kafka = new EmbeddedKafkaKraftBroker(1, 1, Way.BYTES);
        kafka.brokerProperties(Map.of("message.max.bytes", String.valueOf(limit), "replica.fetch.max.bytes",
                String.valueOf(limit), "log.retention.bytes", String.valueOf(4L * limit), "log.segment.bytes",
                String.valueOf(4 * limit)));
        kafka.afterPropertiesSet();
        return kafka;
    }

    private static String addresses(@Nullable EmbeddedKafkaKraftBroker kafka) {
        return kafka == null ? "" : kafka.getBrokersAsString();
    }

    /** Artemis, which other processes can reach. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Artemis {

        @Bean
        ArtemisConfigurationCustomizer reachable(@Value("${benchmark.brokers}") Path directory) {
            return configuration -> {
                configuration.setLargeMessagesDirectory(directory.resolve("large").toString());
                configuration.setPagingDirectory(directory.resolve("paging").toString());
                try {
                    configuration.addAcceptorConfiguration(ACCEPTOR, "tcp://127.0.0.1:0");
                } catch (Exception e) {
                    throw new IllegalStateException("Artemis does not take its own address.", e);
                }
            };
        }
    }
}
