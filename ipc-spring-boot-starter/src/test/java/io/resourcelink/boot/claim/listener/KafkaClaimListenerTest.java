package io.resourcelink.boot.claim.listener;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.validation.Valid;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
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
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.backoff.FixedBackOff;
import org.springframework.validation.Validator;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.ClaimUnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Listeners of Kafka as Spring Boot makes them, with a broker in this JVM. */
@Tag("slow")
class KafkaClaimListenerTest {

    private static final EmbeddedKafkaKraftBroker KAFKA = new EmbeddedKafkaKraftBroker(1, 1);

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @RegisterExtension
    final TestDirectories otherHost = new TestDirectories();

    @BeforeAll
    static void start() {
        KAFKA.afterPropertiesSet();
    }

    @AfterAll
    static void stop() {
        KAFKA.destroy();
    }

    @Test
    void eachConsumerGroupGetsTheSegmentItself() throws Exception {
        try (ConfigurableApplicationContext context = application(Groups.class)) {
            Claim claim = publish(context);
            send(context, "groups", new Order(3, claim));
            Deliveries deliveries = context.getBean(Deliveries.class);
            deliveries.await(3);
            assertThat(deliveries.all()).extracting(Deliveries.Delivery::listener).containsExactlyInAnyOrder("first",
                    "second", "handler");
            assertThat(deliveries.all()).extracting(Deliveries.Delivery::number).containsOnly(3);
            assertThat(deliveries.all()).extracting(Deliveries.Delivery::inode)
                    .containsOnly(Mappings.inode(directories.memory().resolve(claim.key())));
            deliveries.awaitClosed();
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    @Test
    void aForgedClaimIsTriedOnceAndOthersUntilItWorks() {
        try (ConfigurableApplicationContext context = application(Attempts.class)) {
            Claim claim = publish(context);
            AttemptsRecorded attempts = context.getBean(AttemptsRecorded.class);
            send(context, "attempts", "ipc1.forged");
            Deliveries.waiting().until(() -> attempts.failures.size() == 1);
            send(context, "attempts", claim.toText());
            context.getBean(Deliveries.class).await(1);
            context.getBean(Deliveries.class).awaitClosed();
            assertThat(attempts.failures).extracting(Exception::getCause)
                    .hasExactlyElementsOfTypes(ClaimArgumentException.class, IllegalStateException.class,
                            IllegalStateException.class);
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    @Test
    void theSameListenerGetsFarPayloads() throws Exception {
        try (ResourceLinkFactory segments = directories.factory();
                TestOrigin origin = new TestOrigin(segments);
                ConfigurableApplicationContext near = application(NearAndFar.class, "test.group=near");
                ConfigurableApplicationContext far = applicationOn(otherHost, NearAndFar.class, "test.group=far")) {
            Claim claim = publish(near, origin.address());
            send(near, "near-and-far", new Order(1, claim));
            send(near, "near-and-far", new Order(2, claim));
            List<Deliveries.Delivery> here = near.getBean(Deliveries.class).await(2);
            List<Deliveries.Delivery> there = far.getBean(Deliveries.class).await(2);
            long published = Mappings.inode(directories.memory().resolve(claim.key()));
            assertThat(here).extracting(Deliveries.Delivery::inode).containsOnly(published);
            long replica = Mappings.inode(otherHost.memory().resolve(otherHost.keys().getFirst()));
            assertThat(there).extracting(Deliveries.Delivery::inode).containsOnly(replica).doesNotContain(published);
            assertThat(there).extracting(Deliveries.Delivery::size).containsOnly(3L);
            assertThat(origin.served()).isEqualTo(1);
            near.getBean(Deliveries.class).awaitClosed();
            far.getBean(Deliveries.class).awaitClosed();
            assertThat(near.getBean(Claims.class).settle(claim)).isTrue();
            removeReplica();
        }
    }

    @Test
    void aBusyOriginIsAskedAgain() throws Exception {
        try (ResourceLinkFactory segments = directories.factory();
                TestOrigin origin = new TestOrigin(segments);
                ConfigurableApplicationContext far = applicationOn(otherHost, NearAndFar.class, "test.group=busy",
                        "test.topic=busy")) {
            Claim claim = LocalClaims.signed(segments, Broker.SIGNER).publish(Content.of(new byte[]{ 5, 6, 7 }),
                    ClaimOptions.defaults().withTtl(Duration.ofMinutes(1)).withOrigins(List.of(origin.address())));
            origin.beBusy(2);
            send(far, "busy", new Order(1, claim));
            far.getBean(Deliveries.class).await(1);
            far.getBean(Deliveries.class).awaitClosed();
            assertThat(far.getBean(AttemptsRecorded.class).failures).extracting(Exception::getCause)
                    .hasExactlyElementsOfTypes(ClaimUnavailableException.class, ClaimUnavailableException.class);
            assertThat(origin.served()).isEqualTo(1);
            assertThat(segments.remove(claim.key())).isTrue();
            removeReplica();
        }
    }

    private void removeReplica() {
        try (ResourceLinkFactory factory = otherHost.factory()) {
            otherHost.keys().forEach(factory::remove);
        }
    }

    @Test
    void theReaderOfADeadLetterTopicStillFindsThePayload() {
        try (ConfigurableApplicationContext context = application(DeadLetters.class)) {
            Claim claim = publish(context);
            send(context, "letters", new Order(9, claim));
            List<Deliveries.Delivery> all = context.getBean(Deliveries.class).await(1);
            assertThat(all).extracting(Deliveries.Delivery::listener).containsExactly("dead letter of letters");
            assertThat(context.getBean(DeadLetters.OfDeadLetters.class).calls).hasValue(2);
            context.getBean(Deliveries.class).awaitClosed();
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    @Test
    void theLinkIsOpenUntilTheFutureHasCompleted() {
        try (ConfigurableApplicationContext context = application(Futures.class)) {
            Claim claim = publish(context);
            send(context, "futures", new Order(1, claim));
            Deliveries deliveries = context.getBean(Deliveries.class);
            ResourceLink link = deliveries.await(1).getFirst().link();
            assertThat(link.isClosed()).isFalse();
            context.getBean(Futures.OfFutures.class).result.complete(null);
            deliveries.awaitClosed();
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    @Test
    void headersAreConvertedAsBefore() {
        try (ConfigurableApplicationContext context = application(HeadersOfOthers.class)) {
            context.getBean(HeadersOfOthers.OfHeadersOfOthers.class).send(template(context));
            Deliveries.waiting().until(() -> context.getBean(HeadersOfOthers.OfHeadersOfOthers.class).seen.size() == 1);
            assertThat(context.getBean(HeadersOfOthers.OfHeadersOfOthers.class).seen)
                    .containsExactly("text, 258, word");
        }
    }

    @Test
    void theApplicationsResolversAndValidatorStay() {
        checkResolverAndValidator(WithResolver.class, "resolvers");
    }

    @Test
    void theApplicationsFactoryStays() {
        checkResolverAndValidator(WithFactory.class, "factories");
    }

    private void checkResolverAndValidator(Class<?> application, String topic) {
        try (ConfigurableApplicationContext context = application(application, "test.topic=" + topic)) {
            Claim claim = publish(context);
            send(context, topic, new Order(-1, claim));
            send(context, topic, new Order(2, claim));
            Deliveries deliveries = context.getBean(Deliveries.class);
            assertThat(deliveries.await(1)).extracting(Deliveries.Delivery::listener).containsExactly("resolved");
            assertThat(deliveries.all()).extracting(Deliveries.Delivery::number).containsExactly(2);
            deliveries.awaitClosed();
            assertThat(context.getBean(Claims.class).settle(claim)).isTrue();
        }
    }

    @Test
    void batchesAreRefusedAtStart() {
        assertThatThrownBy(() -> application(Batches.class, "spring.kafka.listener.type=batch").close())
                .isInstanceOf(InvalidClaimListenerException.class)
                .hasMessageContaining("a batch has more than one claim")
                .hasMessageContaining("Take the io.resourcelink");
    }

    private ConfigurableApplicationContext application(Class<?> application, String... more) {
        return applicationOn(directories, application, more);
    }

    private static ConfigurableApplicationContext applicationOn(TestDirectories host, Class<?> application,
            String... more) {
        List<String> properties = new ArrayList<>(
                List.of("spring.kafka.bootstrap-servers=" + KAFKA.getBrokersAsString(),
                        "spring.kafka.consumer.auto-offset-reset=earliest",
                        "spring.kafka.producer.value-serializer=org.springframework.kafka.support.serializer.JacksonJsonSerializer",
                        "spring.kafka.consumer.value-deserializer=org.springframework.kafka.support.serializer.ErrorHandlingDeserializer",
                        "spring.kafka.consumer.properties.spring.deserializer.value.delegate.class=org.springframework.kafka.support.serializer.JacksonJsonDeserializer",
                        "spring.kafka.consumer.properties.spring.json.trusted.packages=" + Order.class.getPackageName(),
                        "logging.level.kafka=ERROR", "logging.level.org.apache.kafka=ERROR",
                        "logging.level.state=ERROR",
                        "logging.level.org.springframework.kafka=ERROR"));
        properties.addAll(List.of(more));
        return Broker.KAFKA.start(application, host, properties.toArray(String[]::new));
    }

    private static Claim publish(ConfigurableApplicationContext context, URI... origins) {
        return context.getBean(Claims.class).publish(Content.of(new byte[]{ 5, 6, 7 }),
                ClaimOptions.defaults().withTtl(Duration.ofMinutes(1)).withOrigins(List.of(origins)));
    }

    @SuppressWarnings("unchecked")
    private static KafkaTemplate<Object, Object> template(ConfigurableApplicationContext context) {
        return context.getBean(KafkaTemplate.class);
    }

    private static void send(ConfigurableApplicationContext context, String topic, Object payload) {
        template(context).send(topic, payload).join();
    }

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
