package io.resourcelink.boot.claim.listener;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.validation.Valid;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.annotation.KafkaHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.KafkaListenerConfigurer;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.backoff.FixedBackOff;
import org.springframework.validation.Validator;

import io.resourcelink.ResourceLink;

/** The applications of {@link KafkaClaimListenerTest}, each with the listeners of one test. */
final class KafkaApplications {

    private KafkaApplications() {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(TestFetcher.class)
    static class Application {

        @Bean
        Deliveries deliveries() {
            return new Deliveries();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class Groups {

        @Bean
        OfGroups listeners(Deliveries deliveries) {
            return new OfGroups(deliveries);
        }

        @Bean
        Handlers handlers(Deliveries deliveries) {
            return new Handlers(deliveries);
        }

        static final class OfGroups {

            private final Deliveries deliveries;

            OfGroups(Deliveries deliveries) {
                this.deliveries = deliveries;
            }

            @KafkaListener(topics = "groups", groupId = "first")
            void first(Order order, @OpenClaim ResourceLink link) {
                deliveries.add("first", order.number(), link);
            }

            @KafkaListener(topics = "groups", groupId = "second")
            void second(@OpenClaim ResourceLink link, ConsumerRecord<String, Order> order) {
                deliveries.add("second", order.value().number(), link);
            }
        }

        @KafkaListener(topics = "groups", groupId = "third")
        static class Handlers {

            private final Deliveries deliveries;

            Handlers(Deliveries deliveries) {
                this.deliveries = deliveries;
            }

            @KafkaHandler
            void order(Order order, @OpenClaim ResourceLink link) {
                deliveries.add("handler", order.number(), link);
            }

            @KafkaHandler
            void text(String text) {}
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Attempts.class)
    static class NearAndFar {

        @Bean
        OfNearAndFar anyHost(Deliveries deliveries) {
            return new OfNearAndFar(deliveries);
        }

        static final class OfNearAndFar {

            private final Deliveries deliveries;

            OfNearAndFar(Deliveries deliveries) {
                this.deliveries = deliveries;
            }

            @KafkaListener(topics = "${test.topic:near-and-far}", groupId = "${test.group}")
            void handle(Order order, @OpenClaim ResourceLink link) {
                deliveries.add("any host", order.number(), link);
            }
        }
    }

    /** What the error handler was told. */
    static final class AttemptsRecorded {

        final List<Exception> failures = new CopyOnWriteArrayList<>();

        AttemptsRecorded() {}
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class Attempts {

        @Bean
        AttemptsRecorded attempts() {
            return new AttemptsRecorded();
        }

        /** Like Spring's default, but with a short time between the attempts. */
        @Bean
        CommonErrorHandler errors(AttemptsRecorded attempts) {
            DefaultErrorHandler errors = new DefaultErrorHandler(new FixedBackOff(10, 5));
            errors.setRetryListeners((_, failure, _) -> attempts.failures.add(failure));
            return errors;
        }

        @Bean
        OfAttempts listeners(Deliveries deliveries) {
            return new OfAttempts(deliveries);
        }

        static final class OfAttempts {

            private final Deliveries deliveries;
            private final AtomicInteger calls = new AtomicInteger();

            OfAttempts(Deliveries deliveries) {
                this.deliveries = deliveries;
            }

            @KafkaListener(topics = "attempts", groupId = "attempts")
            void handle(@OpenClaim ResourceLink link) {
                if (calls.incrementAndGet() < 3) {
                    throw new IllegalStateException("again");
                }
                deliveries.add("at last", 0, link);
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class DeadLetters {

        @Bean
        CommonErrorHandler errors(KafkaTemplate<?, ?> template) {
            return new DefaultErrorHandler(new DeadLetterPublishingRecoverer(template,
                    (record, _) -> new TopicPartition(record.topic() + ".dlt", 0)), new FixedBackOff(10, 1));
        }

        @Bean
        OfDeadLetters listeners(Deliveries deliveries) {
            return new OfDeadLetters(deliveries);
        }

        static final class OfDeadLetters {

            final AtomicInteger calls = new AtomicInteger();
            private final Deliveries deliveries;

            OfDeadLetters(Deliveries deliveries) {
                this.deliveries = deliveries;
            }

            @KafkaListener(topics = "letters", groupId = "letters")
            void handle(Order order, @OpenClaim ResourceLink link) {
                calls.incrementAndGet();
                throw new IllegalStateException("cannot handle order " + order.number() + " of " + link.payloadSize());
            }

            @KafkaListener(topics = "letters.dlt", groupId = "dead-letters")
            void deadLetter(Order order, @OpenClaim ResourceLink link,
                    @Header(KafkaHeaders.DLT_ORIGINAL_TOPIC) String topic) {
                deliveries.add("dead letter of " + topic, order.number(), link);
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class Futures {

        @Bean
        OfFutures listeners(Deliveries deliveries) {
            return new OfFutures(deliveries);
        }

        static final class OfFutures {

            final CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
            private final Deliveries deliveries;

            OfFutures(Deliveries deliveries) {
                this.deliveries = deliveries;
            }

            @KafkaListener(topics = "futures", groupId = "futures")
            CompletableFuture<@Nullable Void> handle(Order order, @OpenClaim ResourceLink link) {
                deliveries.add("future", order.number(), link);
                return result;
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class HeadersOfOthers {

        @Bean
        OfHeadersOfOthers listeners() {
            return new OfHeadersOfOthers();
        }

        static final class OfHeadersOfOthers {

            final List<String> seen = new CopyOnWriteArrayList<>();

            void send(KafkaTemplate<Object, Object> template) {
                template.send(MessageBuilder.withPayload((Object) "text")
                        .copyHeaders(Map.of(KafkaHeaders.TOPIC, "headers", "number", new byte[]{ 1, 2 }, "word",
                                "word".getBytes(StandardCharsets.UTF_8)))
                        .build()).join();
            }

            @KafkaListener(topics = "headers", groupId = "headers")
            void handle(String text, @Header("number") short number, @Header("word") String word) {
                seen.add(text + ", " + number + ", " + word);
            }

            @KafkaListener(topics = "unused", groupId = "unused", autoStartup = "false")
            void unused(@OpenClaim ResourceLink link) {}
        }
    }

    static final class CustomerListener {

        private final Deliveries deliveries;

        CustomerListener(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        @KafkaListener(topics = "${test.topic}", groupId = "${test.topic}")
        void handle(@Valid Order order, Customer customer, @OpenClaim ResourceLink link) {
            deliveries.add(customer.name(), order.number(), link);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class WithResolver {

        @Bean
        KafkaListenerConfigurer resolver(Validator validator) {
            return registrar -> {
                registrar.setCustomMethodArgumentResolvers(new Customer.Resolver());
                registrar.setValidator(validator);
            };
        }

        @Bean
        CustomerListener customers(Deliveries deliveries) {
            return new CustomerListener(deliveries);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class WithFactory {

        @Bean
        KafkaListenerConfigurer factory(Validator validator) {
            return registrar -> {
                DefaultMessageHandlerMethodFactory factory = new DefaultMessageHandlerMethodFactory();
                factory.setCustomArgumentResolvers(List.of(new Customer.Resolver()));
                factory.setValidator(validator);
                factory.afterPropertiesSet();
                registrar.setMessageHandlerMethodFactory(factory);
            };
        }

        @Bean
        CustomerListener customers(Deliveries deliveries) {
            return new CustomerListener(deliveries);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class Batches {

        @Bean
        OfBatches listeners() {
            return new OfBatches();
        }

        static final class OfBatches {

            @KafkaListener(topics = "batches", groupId = "batches")
            void handle(List<Order> orders, @OpenClaim ResourceLink link) {}
        }
    }
}
