package io.resourcelink.boot.claim.listener;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.support.converter.JacksonJsonMessageConverter;
import org.springframework.jms.support.converter.MessageConverter;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.messaging.handler.annotation.Header;
import tools.jackson.databind.json.JsonMapper;

import io.resourcelink.ResourceLink;

/** A consumer in a JVM of its own. With {@code test.hang=true}, its listener never returns. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(TestFetcher.class)
class ConsumerApplication {

    /** Each payload has its number at both ends. */
    static final int NUMBER_BYTES = 4;

    ConsumerApplication() {}

    public static void main(String[] arguments) {
        SpringApplication.run(ConsumerApplication.class, arguments);
    }

    @Bean
    Scans scans(@Value("${test.journal}") String journal, @Value("${test.hang:false}") boolean hang)
            throws IOException {
        return new Scans(new FileOutputStream(journal, true), hang);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("test.queue")
    static class Jms {

        @Bean
        MessageConverter messageConverter(JsonMapper mapper) {
            return converter(mapper);
        }

        static MessageConverter converter(JsonMapper mapper) {
            JacksonJsonMessageConverter converter = new JacksonJsonMessageConverter(mapper);
            converter.setTypeIdPropertyName("_type");
            return converter;
        }

        @Bean
        JmsScans listener(Scans scans) {
            return new JmsScans(scans);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("test.topic")
    static class Kafka {

        @Bean
        KafkaScans listener(Scans scans) {
            return new KafkaScans(scans);
        }
    }

    /**
     * Listens to a queue.
     *
     * @param scans notes them
     */
    record JmsScans(Scans scans) {

        @JmsListener(destination = "${test.queue}")
        void handle(Order order, @OpenClaim ResourceLink link, @Header("JMSXDeliveryCount") int attempt)
                throws InterruptedException {
            scans.handle(order, link, attempt);
        }
    }

    /**
     * Listens to a topic.
     *
     * @param scans notes them
     */
    record KafkaScans(Scans scans) {

        @KafkaListener(topics = "${test.topic}", groupId = "scans")
        void handle(Order order, @OpenClaim ResourceLink link) throws InterruptedException {
            scans.handle(order, link, 1);
        }
    }

    /** The code that is the same for all brokers, near and far. */
    static final class Scans {

        private final FileOutputStream journal;
        private final boolean hang;

        Scans(FileOutputStream journal, boolean hang) {
            this.journal = journal;
            this.hang = hang;
        }

        void handle(Order order, ResourceLink link, int attempt) throws InterruptedException {
            note("begun", order, attempt, link);
            if (hang) {
                new CountDownLatch(1).await();
            }
            check(order.number(), link, 0);
            check(order.number(), link, link.payloadSize() - NUMBER_BYTES);
            note("handled", order, attempt, link);
        }

        private static void check(int number, ResourceLink link, long offset) {
            int found = ByteBuffer.wrap(link.readPayload(offset, NUMBER_BYTES)).getInt();
            if (found != number) {
                throw new IllegalStateException("The payload of order " + number + " is that of " + found + '.');
            }
        }

        /** One write call for a line, so that a kill leaves whole lines. */
        private void note(String event, Order order, int attempt, ResourceLink link) {
            String line = event + ' ' + order.number() + ' ' + attempt + ' ' + Mappings.inode(link) + '\n';
            try {
                journal.write(line.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
